import type { Tx } from "@permanence/database";
import {
  type Delivery,
  findMailByMessageId,
  findMailByReturnToken,
  type InboundMailRow,
  type MailReport,
  markReturned,
  type OutgoingMailRow,
  parseTaggedAddress,
  type ReadMail,
} from "@permanence/mail";
import { clearAddress, type Desk, markAddress, normalAddress } from "@permanence/people";
import { isForged } from "./mail-sender.ts";
import type { Filing } from "./mail-filing.ts";
import { alertOfFailure } from "./alert-sources.ts";
import { isNoticeToContact, type NewEvidence, recordEvidence } from "./evidence.ts";
import { rawMail } from "./raw-mail.ts";
import { noteReport } from "./relay-probe.ts";
import type { Reading, Verdict } from "./inbound-mail-reading.ts";
import { LONGEST_SUBJECT, shortened } from "./shortened.ts";
import { openTicketChange } from "./ticket-change.ts";

/**
 * Files what a machine reports of a mail of ours. It becomes evidence only where it proves that it knows that mail;
 * anything else is shown and moves nothing, or anyone could stop a clock, or make one run.
 */
export async function fileReport(tx: Tx, { world }: Reading, desk: Desk, filing: Filing): Promise<Verdict> {
  const { inboundMail, authentication } = filing;
  const known = await findReportedMail(tx, desk, filing);
  if (known === null) return verdict("It names no mail of this desk's, and moves nothing.", null);
  const { ticket_id: ticketId, outgoing_mail_id: outgoingMailId } = known.mail;
  const judged = judge(desk, known, filing);
  const isBelieved = !(judged.moves && judged.rung === "displayed" && isForged(authentication));
  const finding = isBelieved ? judged : nothing("displayed", "", "It fails the checks of its sender's domain.");
  if (known.mail.purpose === "probe")
    await noteReport(tx, known.mail, {
      ...reached(finding),
      at: inboundMail.received_at,
      toReturnAddress: known.isToReturnAddress,
    });
  if (known.mail.side_thread_id !== null && finding.moves && finding.rung === "failed")
    markReturned(tx, known.mail, finding.detail);
  if (ticketId === null) {
    if (finding.moves && known.isToReturnAddress) await noteAddress(tx, desk, known.mail, inboundMail, finding);
    return verdict(wordsOf(finding), null);
  }
  const change = (await openTicketChange(tx, world, desk.deskId, ticketId))!;
  if (finding.moves) {
    const evidence: NewEvidence = {
      ...{ rung: finding.rung, datedAt: finding.datedAt, detail: finding.detail },
      ...{ at: inboundMail.received_at, source: finding.source, outgoingMailId },
      ofNotice: isNoticeToContact(known.mail, change),
      raw: rawMail(inboundMail),
    };
    recordEvidence(tx, change, evidence);
    await alertOfFailure(tx, change, evidence);
    if (known.isToReturnAddress) await noteAddress(tx, desk, known.mail, inboundMail, finding);
  }
  if (!finding.moves) change.record("report", "desk", { ...rawMail(inboundMail), outgoingMailId, ...finding });
  change.save(tx);
  return verdict(wordsOf(finding), ticketId);
}

function verdict(reason: string, ticketId: string | null): Verdict {
  return { kind: "report", reason, ticketId, duplicateOf: null, warnings: [] };
}

/** Our mail, and whether the report came to the address that only that mail carries. */
type Known = { mail: OutgoingMailRow; isToReturnAddress: boolean };

/** By the return address that it was sent to; else, for relays that rewrite those, by the token that it gives back. */
async function findReportedMail(tx: Tx, { deskId }: Desk, { inboundMail, mail }: Filing): Promise<Known | null> {
  for (const address of inboundMail.envelope_to) {
    const tag = parseTaggedAddress(address)?.tag;
    if (tag?.kind !== "return") continue;
    const found = await findMailByReturnToken(tx, deskId, tag.token);
    if (found) return { mail: found, isToReturnAddress: true };
  }
  const { envelopeId = null, originalMessageId = null } = mail.report ?? {};
  const found =
    (envelopeId === null ? null : await findMailByReturnToken(tx, deskId, envelopeId.toLowerCase())) ??
    (originalMessageId === null ? null : await findMailByMessageId(tx, deskId, originalMessageId));
  return found && { mail: found, isToReturnAddress: false };
}

/** What a report comes to. One that moves nothing says why. */
type Finding =
  | {
      moves: true;
      rung: "delivered" | "displayed" | "failed";
      source: "delivery-report" | "disposition-notice";
      datedAt: Delivery["lastAttemptDate"];
      detail: string;
      /** A failure that says the address is bad for good. */
      permanent: boolean;
    }
  | { moves: false; outcome: string; detail: string; why: string };

function judge(desk: Desk, known: Known, { mail, hosts }: Filing): Finding {
  const { report, delivery } = mail;
  if (report === null)
    return nothing("unknown", shortened(mail.subject, LONGEST_SUBJECT), "It does not say what became of the mail.");
  if (isAboutAnother(known.mail, report))
    return nothing("unknown", "", "It is about another mail than it was sent for.");
  if (report.about === "disposition") return judgeDisposition(known, report);
  if (report.about === "feedback") return nothing("feedback", report.feedbackType ?? "", "It is a complaint.");
  const ours = delivery.filter((each) => isOurs(known.mail, each));
  // To the return address, which is this one reader's, also a failure that names an address behind theirs counts, where
  // it says nothing of theirs.
  const isOfReader = ours.length === 0 && known.isToReturnAddress;
  const failed = ours.find(isFailure) ?? (isOfReader ? delivery.find(isFailure) : undefined);
  if (failed) return failure(failed);
  const [told] = ours;
  if (!told) return nothing(delivery[0]?.outcome ?? "unknown", "", "It does not name whom the mail was sent to.");
  const isFinal = isFinalHop(desk, report) || isRecipientsOwn(known.mail, report, told, hosts);
  return judgeSuccess(known, report, told, isFinal);
}

/** The same report, sent on to where that of another ticket would go. */
function isAboutAnother(mail: OutgoingMailRow, { envelopeId, originalMessageId }: MailReport): boolean {
  const isOther = envelopeId !== null && envelopeId.toLowerCase() !== mail.return_token;
  return isOther || (originalMessageId !== null && originalMessageId !== mail.message_id);
}

function isOurs(mail: OutgoingMailRow, { recipient, finalRecipient, originalRecipient }: Delivery): boolean {
  return [recipient, finalRecipient, originalRecipient].some((address) => normalAddress(address) === mail.to_address);
}

const isFailure = ({ outcome }: Delivery): boolean => outcome === "failed";

function failure(told: Delivery): Finding {
  const { permanent, lastAttemptDate: datedAt } = told;
  return { moves: true, rung: "failed", source: "delivery-report", datedAt, detail: detailOf(told), permanent };
}

/** RFC 3461's `relayed` says only that the mail went to a system that reports nothing. It is the end of the way where the
 *  desk has said so of the system that reports it, and at the door of the recipient's own domain. */
function judgeSuccess(known: Known, report: MailReport, told: Delivery, isEnd: boolean): Finding {
  const { outcome, lastAttemptDate: datedAt } = told;
  const detail = detailOf(told);
  const isFinal = outcome === "delivered" || (outcome === "relayed" && isEnd);
  if (!isFinal) return nothing(outcome, detail, WHY_NOT[outcome] ?? "It says nothing final.");
  const proves = known.isToReturnAddress && report.envelopeId?.toLowerCase() === known.mail.return_token;
  if (!proves) return nothing(outcome, detail, "A success counts only where it gives back the mail's own envelope id.");
  return { moves: true, rung: "delivered", source: "delivery-report", datedAt, detail, permanent: false };
}

const WHY_NOT: Partial<Record<Delivery["outcome"], string>> = {
  relayed: "It was handed to a system that reports nothing, which proves no receipt.",
  delayed: "It is still on its way.",
  expanded: "It was sent on to a list's members.",
};

function isFinalHop({ settings }: Desk, { reportingMta }: MailReport): boolean {
  return settings.finalHops.includes(reportingMta.toLowerCase());
}

/** Whether the recipient's own mail exchanger has it: it reports itself, or the relay gives its name and its 2xx. */
function isRecipientsOwn(
  mail: OutgoingMailRow,
  { reportingMta }: MailReport,
  { remoteMta, replyCode, diagnostic }: Delivery,
  hosts: Filing["hosts"],
): boolean {
  const own = hosts?.get(domainOf(mail.to_address));
  if (own === undefined) return false;
  const hasTaken = replyCode.startsWith("2") || /^2\d\d\b/.test(diagnostic);
  return own.has(hostOf(reportingMta)) || (hasTaken && own.has(hostOf(remoteMta)));
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);
const hostOf = (name: string) => name.toLowerCase().replace(/\s.*$|\.$/s, "");

/** Of a report: the domains whose exchangers may end the way of the mail that it is about. */
export function domainsToLookUp({ kind, delivery }: ReadMail): string[] {
  const relayed = kind === "report" ? delivery.filter(({ outcome }) => outcome === "relayed") : [];
  return relayed.flatMap(({ recipient, finalRecipient, originalRecipient }) =>
    [recipient, finalRecipient, originalRecipient].flatMap((address) => {
      const normal = normalAddress(address);
      return normal === null ? [] : [domainOf(normal)];
    }),
  );
}

/** Asked for at the address that only this mail carries: who answers there has it. */
function judgeDisposition(known: Known, { disposition, originalMessageId }: MailReport): Finding {
  const type = disposition?.type ?? "unknown";
  if (type !== "displayed") return nothing(type, "", "The reader's program does not say that it was displayed.");
  if (!known.isToReturnAddress || originalMessageId !== known.mail.message_id)
    return nothing(type, "", "It did not come to the address that the mail asked it for.");
  return {
    moves: true,
    rung: "displayed",
    source: "disposition-notice",
    datedAt: null,
    detail: type,
    permanent: false,
  };
}

const reached = (finding: Finding) => ({ outcome: finding.moves ? finding.rung : finding.outcome });

function nothing(outcome: string, detail: string, why: string): Finding {
  return { moves: false, outcome, detail, why };
}

function detailOf({ status, replyCode, diagnostic, recipient }: Delivery): string {
  return diagnostic || [recipient, replyCode, status].filter((word) => word !== "").join(" ");
}

function wordsOf(finding: Finding): string {
  return finding.moves ? `It reports: ${finding.rung}.` : `It moves nothing. ${finding.why}`;
}

/** An address that is bad for good is marked, so that nobody writes there in vain; mail that arrives clears it. */
async function noteAddress(
  tx: Tx,
  { deskId }: Desk,
  { to_address }: OutgoingMailRow,
  { received_at }: InboundMailRow,
  finding: Finding & { moves: true },
): Promise<void> {
  if (finding.rung !== "failed") await clearAddress(tx, deskId, to_address);
  else if (finding.permanent) await markAddress(tx, deskId, to_address, { at: received_at, reason: finding.detail });
}
