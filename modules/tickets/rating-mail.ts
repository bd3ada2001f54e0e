import type { Db, DeskId, Tx } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import { type Desk, deskOf } from "@permanence/people";
import { mailboxOf, readerOf, threadOf } from "./agent-actions.ts";
import { accentOf, signatureOf, templateOf } from "./notice.ts";
import { ratingLink } from "./rating-link.ts";
import { isAsked, listUnasked, noteAsked } from "./rating-store.ts";
import { renderTemplate } from "./template.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";

/** An agent may take a closing back for a while, and nobody should be mailed about a slip. */
const AFTER_MS = 10 * 60_000;
/** What was closed before that is old news: as after a long standstill, or before the desk asked. */
const WITHIN_MS = 24 * 3_600_000;
const MOST_AT_ONCE = 50;

/** Tells customers that their tickets were closed, and asks whether they are content: once for each closing. */
export async function askForRatings(db: Db, world: World, deskId: DeskId): Promise<void> {
  if (world.site === undefined) return; // Nobody could follow the link.
  const desk = await deskOf(db, deskId);
  if (!desk.settings.ratings) return;
  const now = world.clock.now();
  const span = { from: instant(now - WITHIN_MS), until: instant(now - AFTER_MS), limit: MOST_AT_ONCE };
  const ticketIds = await db.transaction(deskId, (tx) => listUnasked(tx, deskId, span));
  for (const ticketId of ticketIds)
    await db.transaction(deskId, async (tx) => {
      const change = (await openTicketChange(tx, world, deskId, ticketId))!;
      await ask(tx, world, desk, change);
    });
}

async function ask(tx: Tx, world: World, desk: Desk, change: TicketChange): Promise<void> {
  const { ticket } = change;
  if (!isAsked(desk, ticket) || ticket.closed_at > change.now - AFTER_MS) return; // Reopened since it was listed.
  await noteAsked(tx, change);
  const { language } = ticket;
  const reader = await readerOf(tx, change);
  const link = (rating: "good" | "bad") => ratingLink(world.site!.url, ticket, rating);
  const values = {
    ...{ name: reader.verified ? reader.name : "", subject: reader.verified ? ticket.subject : "" },
    ...{ number: String(ticket.number), deskName: desk.name, signature: signatureOf(desk, language) },
    ...{ goodLink: link("good"), badLink: link("bad") },
  };
  const queued = await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "reply", ticketId: ticket.ticket_id, contactId: reader.contactId, replyToken: ticket.reply_token },
    mailbox: await mailboxOf(tx, desk, change),
    fromName: desk.name,
    to: { address: reader.address, name: reader.verified ? reader.name : "" },
    ...renderTemplate(templateOf(desk, "closed", language), values, {
      ...{ language, deskName: desk.name, accent: accentOf(desk) },
    }),
    ...(await threadOf(tx, change)),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "low" },
  });
  const outgoingMailId = "refused" in queued ? null : queued.outgoingMailId;
  change.record("told-closed", "desk", { outgoingMailId, to: reader.address });
  change.save(tx);
}
