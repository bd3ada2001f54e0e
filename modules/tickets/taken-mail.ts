import type { Tx } from "@permanence/database";
import { queueMail } from "@permanence/mail";
import { startOf } from "./clock-events.ts";
import { type Acting, actorOf, mailboxOf, readerOf, threadOf } from "./agent-actions.ts";
import { accentOf, noticeValues, templateOf } from "./notice.ts";
import { renderTemplate } from "./template.ts";
import type { TicketChange } from "./ticket-change.ts";

/** Tells the customer who took their ticket. It is no reply, and no notice: it moves no clock. */
export async function tellTaken(tx: Tx, { world, desk, agent }: Acting, change: TicketChange): Promise<void> {
  const { ticket } = change;
  const { language } = ticket;
  const reader = await readerOf(tx, change);
  const { targetMs } = startOf(change.clockEvents).policy[ticket.priority];
  const values = { ...noticeValues(desk, ticket, reader, targetMs, world.clock.now()), agentName: agent.name };
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  const queued = await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "reply", ticketId: ticket.ticket_id, contactId: reader.contactId, replyToken: ticket.reply_token },
    mailbox: await mailboxOf(tx, desk, change),
    fromName: desk.name,
    to: { address: reader.address, name: reader.verified ? reader.name : "" },
    ...renderTemplate(templateOf(desk, "taken", language), values, look),
    ...(await threadOf(tx, change)),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "urgent" },
  });
  const outgoingMailId = "refused" in queued ? null : queued.outgoingMailId;
  change.record("told-taken", actorOf(agent), { outgoingMailId, to: reader.address });
}
