import type { DeskId, Tx } from "@permanence/database";
import { type Authentication, type ReadMail, senderProof } from "@permanence/mail";
import { normalAddress } from "@permanence/people";
import { LONGEST_NAME, shortened } from "./shortened.ts";

/** The person whom a mail is from: who is judged, stored, verified and answered alike. */
export type MailSender = { address: string; name: string };

/** A list that rewrites From (so that DMARC passes) leaves the person in Reply-To. Null for what no mail can go to. */
export function senderOf(mail: ReadMail): MailSender | null {
  const cameThroughList = mail.headers["list-id"] !== undefined;
  const sender = cameThroughList && mail.replyTo.length === 1 ? mail.replyTo[0]! : mail.from;
  const address = sender === null ? null : normalAddress(sender.address);
  return sender === null || address === null ? null : { address, name: shortened(sender.name, LONGEST_NAME) };
}

/** Whether a mail is shown by its domain's own word not to be from whom it names: then it can be nobody's answer, and
 *  proves nothing of whom it names. */
export function isForged(authentication: Authentication | null): boolean {
  return senderProof(authentication) === "forged";
}

/** What stands beside a mail that is forged. */
export function forgedWarning({ domain, by }: Authentication, ticketNumber: number | null): string {
  const who = by === "ourselves" ? "the desk's own check" : by;
  const named = ticketNumber === null ? "" : ` It names ticket ${ticketNumber}, which it did not join.`;
  return `It fails the checks of ${domain ?? "its domain"}, says ${who}: somebody else may have written it.${named}`;
}

/**
 * The agent of the desk who wrote a mail; null for all others. The one gate for whatever a mail may do as an agent: only
 * a mail that proves its domain passes, since an agent's address is known to everybody who ever got an answer.
 */
export async function findSendingAgent(
  tx: Tx,
  deskId: DeskId,
  { address }: MailSender,
  authentication: Authentication | null,
): Promise<string | null> {
  if (senderProof(authentication) !== "proven") return null;
  const agent = await tx
    .selectFrom("agent")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("email", "=", address)
    .where("disabled_at", "is", null)
    .executeTakeFirst();
  return agent?.agent_id ?? null;
}
