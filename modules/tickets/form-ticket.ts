import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { Customer, Desk } from "@permanence/people";
import { addMessage } from "./conversation.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { registerTicket } from "./registration.ts";
import type { TicketChange } from "./ticket-change.ts";
import { suggestFor, suggestionForChain, triagedBy } from "./ticket-triage.ts";

type Written = { subject: string; text: string; language: string };

/** Opens a ticket for a customer who wrote on a page, signed in: classified and noticed like a mail of theirs. */
export async function openFormTicket(
  tx: Tx,
  world: World,
  desk: Desk,
  { contactId, organisationId, address, name }: Customer,
  { subject, text, language }: Written,
): Promise<TicketChange> {
  const [suggestion] = await suggestFor(tx, desk.deskId, [{ subject, body: text, language }]);
  const change = await registerTicket(tx, world, desk, {
    ...{ actor: "customer", source: "form", subject, receivedAt: world.clock.now(), language, organisationId },
    ...triagedBy(suggestion!),
    suggestion: suggestionForChain(suggestion!),
    reader: { contactId, address, name, verified: true },
    ...{ linkedTicketId: null, thread: { inReplyTo: null, references: [] } },
    ...{ mailbox: answeringMailbox(desk, []), caps: true },
  });
  addMessage(tx, change, {
    ...{ kind: "customer", at: change.now, agentId: null, text, reply: text, html: null, attachments: [] },
    ...{ from: { address, name }, inboundMail: null, outgoingMailId: null },
  });
  change.save(tx);
  return change;
}
