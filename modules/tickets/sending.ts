import { addJob, announce, type Db, type DeskId, type Tx } from "@permanence/database";
import { assert, type Instant, instant, type World } from "@permanence/kernel";
import type { MailAttachment } from "@permanence/mail";
import { deskOf, findAgent } from "@permanence/people";
import { type Acting, actorOf, addNote, replyToCustomer } from "./agent-actions.ts";
import { recipientsOf } from "./draft-content.ts";
import { returnToDrafts } from "./drafts.ts";
import {
  type DraftRow,
  findDraftById,
  listOverdueSendings,
  lockDraftById,
  lockSending,
  putDraft,
  removeDraft,
} from "./draft-store.ts";
import { picturesOf } from "./letter-text.ts";
import { sendBeside, type SideRefusal } from "./side-threads.ts";
import { openTicketChange, type TicketChange } from "./ticket-change.ts";
import { contentIdOf } from "./upload.ts";
import { deleteUploads, readUploads } from "./upload-store.ts";

// What is to be sent waits as a draft, for as long as its author may take it back. It becomes a message in the transaction
// that takes the draft away: a crash before it leaves the draft, with its time, and nothing is sent twice.

/** The job that sends a draft when its time has come. */
export const SEND_DRAFT = "send-draft";
export type SendDraftPayload = { deskId: DeskId; draftId: string };

/** Why a draft was not sent. It is kept, to be mended. */
export type DeliveryRefusal = "already-closed" | "history" | "unsendable" | "files-gone" | "author-gone" | SideRefusal;

/** Lets a draft be sent at this instant. Its letter stands in it. */
export async function schedule(tx: Tx, draft: DraftRow, at: Instant): Promise<void> {
  assert(draft.letter !== null && draft.message_id !== null, "what is sent is written out, and named");
  await putDraft(tx, { ...draft, send_at: at, problem: null });
  addSendingJob(tx, draft, at);
  announce(tx, draft.desk_id, { type: "ticket", ticketId: draft.ticket_id });
}

function addSendingJob(tx: Tx, { desk_id, draft_id }: Pick<DraftRow, "desk_id" | "draft_id">, runAt: Instant): void {
  const payload: SendDraftPayload = { deskId: desk_id, draftId: draft_id };
  addJob(tx, SEND_DRAFT, payload, { key: `${SEND_DRAFT}:${draft_id}`, runAt, priority: -10 });
}

/** Takes back what is not sent yet. Null: it is sent already, or never was to be. */
export async function takeBack(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { messageId, agentId, ticketId }: { messageId: string; agentId: string; ticketId: string },
): Promise<DraftRow | null> {
  await openTicketChange(tx, world, deskId, ticketId); // Whoever sends it locks the ticket first, and so does this.
  const draft = await lockSending(tx, deskId, messageId, agentId);
  if (draft === null || draft.ticket_id !== ticketId) return null;
  return returnToDrafts(tx, world, draft, null);
}

/** The job: run again, or twice at once, it finds the draft gone. One that was taken back is left alone. */
export async function sendDraft(db: Db, world: World, { deskId, draftId }: SendDraftPayload): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const found = await findDraftById(tx, deskId, draftId);
    if (found === null) return;
    const change = (await openTicketChange(tx, world, deskId, found.ticket_id))!;
    const draft = await lockDraftById(tx, deskId, draftId);
    if (draft === null || draft.send_at === null) return;
    if (draft.send_at > world.clock.now()) return addSendingJob(tx, draft, draft.send_at);
    const agent = await findAgent(tx, deskId, draft.agent_id);
    if (agent === null) return void (await returnToDrafts(tx, world, draft, "author-gone"));
    await deliver(tx, { world, desk, agent }, change, draft);
  });
}

/** Sends a draft now. @returns why it could not be, and was kept; null where it is sent */
export async function deliver(
  tx: Tx,
  acting: Acting,
  change: TicketChange,
  draft: DraftRow,
): Promise<DeliveryRefusal | null> {
  const refused = whyNot(change, draft) ?? (await sendWithFiles(tx, acting, change, draft));
  if (refused !== null) {
    await returnToDrafts(tx, acting.world, draft, refused);
    return refused;
  }
  await deleteUploads(tx, draft.desk_id, draft.content.uploads);
  await removeDraft(tx, draft);
  change.save(tx);
  announce(tx, draft.desk_id, { type: "ticket", ticketId: draft.ticket_id });
  return null;
}

/** What stands in the way of a draft of this place on this ticket. */
export function whyNot(
  { ticket }: TicketChange,
  { place }: Pick<DraftRow, "place">,
): "already-closed" | "history" | null {
  if (place !== "agent") return null;
  if (ticket.source === "history") return "history";
  return ticket.state === "closed" ? "already-closed" : null;
}

async function sendWithFiles(
  tx: Tx,
  acting: Acting,
  change: TicketChange,
  { desk_id: deskId, place, content, letter, message_id: messageId }: DraftRow,
): Promise<DeliveryRefusal | null> {
  const taken = await readUploads(tx, deskId, actorOf(acting.agent), content.uploads);
  if (taken === null) return "files-gone";
  const pictures = content.format === "markdown" ? picturesOf(content.text) : [];
  const files = taken.map((file): MailAttachment => {
    const isPicture = pictures.includes(file.uploadId);
    return { ...file, inline: isPicture, contentId: isPicture ? contentIdOf({ upload_id: file.uploadId }) : null };
  });
  const recipients = recipientsOf(content);
  const written = { ...letter!, files, messageId: messageId! };
  if (place === "note") return (addNote(tx, acting, change, { ...written, mentions: content.mentions }), null);
  if (place === "agent") {
    const isSimple = recipients.to.length + recipients.cc.length + recipients.bcc.length === 0;
    const reply = { ...written, state: content.state, recipients: isSimple ? null : recipients };
    return (await replyToCustomer(tx, acting, change, reply)) === "unsendable" ? "unsendable" : null;
  }
  const sent = await sendBeside(tx, acting, change, { ...written, place, recipients, subject: content.subject });
  return typeof sent === "string" ? sent : null;
}

const FORGOTTEN_MS = 5_000;

/** Jobs that were lost are added again. */
export async function requeueSendings(db: Db, world: World, deskId: DeskId): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const overdue = await listOverdueSendings(tx, deskId, instant(world.clock.now() - FORGOTTEN_MS), 1_000);
    for (const { draft_id, send_at } of overdue) addSendingJob(tx, { desk_id: deskId, draft_id }, send_at!);
  });
}
