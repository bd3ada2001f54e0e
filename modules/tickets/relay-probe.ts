import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, newToken, type World } from "@permanence/kernel";
import {
  findMailByReturnToken,
  type InboundMailRow,
  type OutgoingMailRow,
  putMail,
  type QueuedMail,
  type ReadMail,
} from "@permanence/mail";
import type { Agent, Desk } from "@permanence/people";
import { type Generated, sql } from "kysely";

/** What became known, each at its instant; what is missing has not come yet. */
export type ProbeFindings = {
  /** The mail to the desk itself arrived. */
  arrived?: { at: Instant; returnPathKept: boolean; messageIdKept: boolean; selectors: string[] };
  /** A report that it was delivered, or handed on. */
  success?: { at: Instant; outcome: string; toReturnAddress: boolean };
  /** A report that nobody has the other address. */
  failure?: { at: Instant; toReturnAddress: boolean };
};

export type RelayProbeRow = {
  desk_id: DeskId;
  probe_id: string;
  mailbox: string;
  started_at: Instant;
  started_by: string | null;
  arriving_mail_id: string;
  bouncing_mail_id: string;
  findings: ProbeFindings;
};

declare module "@permanence/database" {
  interface Tables {
    relay_probe: Omit<RelayProbeRow, "findings"> & { findings: Generated<ProbeFindings> };
  }
}

const NOBODY = new Set<string>(); // The probe is meant to come back to the desk.

/** Sends the two mails of a probe: one to the mailbox, one to a reader at its domain who does not exist. */
export async function startProbe(
  tx: Tx,
  { world, desk, agent }: { world: World; desk: Desk; agent: Agent | null },
  mailbox: string,
): Promise<RelayProbeRow> {
  const domain = mailbox.slice(mailbox.lastIndexOf("@") + 1);
  const send = (address: string) => queueProbeMail(tx, world, desk, { mailbox, address });
  const row = {
    ...{
      desk_id: desk.deskId,
      probe_id: newId(world),
      mailbox,
      started_at: world.clock.now(),
      started_by: agent?.id ?? null,
    },
    arriving_mail_id: send(mailbox).outgoingMailId,
    bouncing_mail_id: send(`nobody-${newToken(world).slice(0, 12)}@${domain}`).outgoingMailId,
  };
  await tx.insertInto("relay_probe").values(row).execute();
  return { ...row, findings: {} };
}

function queueProbeMail(
  tx: Tx,
  world: World,
  desk: Desk,
  { mailbox, address }: { mailbox: string; address: string },
): QueuedMail {
  const token = newToken(world);
  const queued = putMail(
    tx,
    world,
    desk.deskId,
    {
      ...{ purpose: "probe", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
      ...{ mailbox, fromName: desk.name, to: { address, name: "" } },
      subject: `Probe of the relay [${token}]`,
      text: `${desk.name} tries whether its relay keeps what proves a receipt. Nobody need read this.\n`,
      ...{ html: null, language: "en", automatic: "auto-generated", requestMdn: false, urgency: "high" },
      returnToken: token,
    },
    NOBODY,
  );
  if ("refused" in queued) throw new Error(`No mail can go to ${address}.`); // A mailbox's address is one.
  return queued;
}

/** The probe's own mail, come back by way of the relay; null for any other. Its token stands in its subject, which no
 *  relay rewrites. */
export async function findProbeMail(tx: Tx, deskId: DeskId, mail: ReadMail): Promise<OutgoingMailRow | null> {
  const token = /^Probe of the relay \[([a-z2-7]{10,60})\]$/.exec(mail.subject)?.[1];
  const sent = token === undefined ? null : await findMailByReturnToken(tx, deskId, token);
  return sent?.purpose === "probe" ? sent : null;
}

/** Notes how the probe's mail looked when it arrived. */
export async function noteArrival(
  tx: Tx,
  sent: OutgoingMailRow,
  inboundMail: InboundMailRow,
  mail: ReadMail,
): Promise<void> {
  await note(tx, sent, {
    arrived: {
      at: inboundMail.received_at,
      returnPathKept: inboundMail.envelope_from.toLowerCase() === sent.envelope_from.toLowerCase(),
      messageIdKept: mail.messageId === sent.message_id,
      selectors: selectorsOf(mail),
    },
  });
}

/** Where the keys of the signatures on it stand in the DNS. */
function selectorsOf({ headers }: ReadMail): string[] {
  return (headers["dkim-signature"] ?? []).slice(0, 10).flatMap((signature) => {
    const tag = (name: string) => new RegExp(`(?:^|;)\\s*${name}\\s*=\\s*([\\w.-]{1,250})`).exec(signature)?.[1];
    const [selector, domain] = [tag("s"), tag("d")];
    return selector && domain ? [`${selector}._domainkey.${domain}`] : [];
  });
}

/** Notes what a report says of a probe's mail. */
export async function noteReport(
  tx: Tx,
  sent: OutgoingMailRow,
  report: { at: Instant; outcome: string; toReturnAddress: boolean },
): Promise<void> {
  const { at, outcome, toReturnAddress } = report;
  if (outcome === "failed") await note(tx, sent, { failure: { at, toReturnAddress } });
  else if (outcome === "delivered" || outcome === "relayed") await note(tx, sent, { success: report });
}

/** What is known already stays: the first counts. */
async function note(tx: Tx, { desk_id, outgoing_mail_id }: OutgoingMailRow, findings: ProbeFindings): Promise<void> {
  await sql`
    update relay_probe set findings = ${JSON.stringify(findings)}::jsonb || findings
    where desk_id = ${desk_id} and ${outgoing_mail_id}::uuid in (arriving_mail_id, bouncing_mail_id)`.execute(tx);
}

/** The newest probe, and how far its mails came with the relay; null where there was none. */
export async function findLatestProbe(tx: Tx, deskId: DeskId) {
  const row = await tx
    .selectFrom("relay_probe as p")
    .innerJoin("outgoing_mail as a", (join) =>
      join.onRef("a.desk_id", "=", "p.desk_id").onRef("a.outgoing_mail_id", "=", "p.arriving_mail_id"),
    )
    .selectAll("p")
    .select(["a.state", "a.last_error"])
    .where("p.desk_id", "=", deskId)
    .orderBy("p.started_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}
