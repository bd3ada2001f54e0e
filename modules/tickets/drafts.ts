import { announce, type DeskId, type Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import { type DraftContent, isEmptyContent, merged } from "./draft-content.ts";
import { type DraftPlace, type DraftRow, lockDraft, putDraft, removeDraft } from "./draft-store.ts";
import { MOST_UPLOAD_BYTES } from "./upload.ts";
import { assignUploads, findUploads } from "./upload-store.ts";

export type DraftRefusal = "draft-changed" | "no-such-file" | "files-too-large";

/**
 * Keeps what an agent writes, with its files. What says nothing any more is not kept.
 * @param allows whether the version that stands there (0: nothing) is the one that the writer has seen
 * @returns null where nothing is kept
 */
export async function saveDraft(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { place, content, allows }: { place: DraftPlace; content: DraftContent; allows: (version: number) => boolean },
): Promise<DraftRow | DraftRefusal | null> {
  const before = await lockDraft(tx, deskId, place);
  if (!allows(before?.version ?? 0)) return "draft-changed";
  const owner = `agent:${place.agentId}`;
  const files = await findUploads(tx, deskId, owner, content.uploads);
  if (files.length !== content.uploads.length) return "no-such-file";
  if (files.reduce((sum, file) => sum + file.size_bytes, 0) > MOST_UPLOAD_BYTES) return "files-too-large";
  const draftId = before?.draft_id ?? newId(world);
  await assignUploads(tx, deskId, { owner, draftId, uploadIds: content.uploads });
  if (isEmptyContent(content)) {
    if (before !== null) await removeDraft(tx, before);
    return null;
  }
  const row: DraftRow = {
    ...{ desk_id: deskId, draft_id: draftId, agent_id: place.agentId, ticket_id: place.ticketId, place: place.place },
    ...{ content, version: (before?.version ?? 0) + 1, saved_at: world.clock.now(), problem: null },
    ...{ message_id: null, send_at: null, letter: null },
  };
  await putDraft(tx, row);
  return row;
}

/** Throws away what is being written; its files are swept like others. */
export async function discardDraft(tx: Tx, deskId: DeskId, place: DraftPlace): Promise<void> {
  const draft = await lockDraft(tx, deskId, place);
  if (draft === null) return;
  await assignUploads(tx, deskId, { owner: `agent:${place.agentId}`, draftId: draft.draft_id, uploadIds: [] });
  await removeDraft(tx, draft);
}

/** What was to be sent is written on: together with what its author has begun meanwhile, so that nothing is lost.
 *  @param draft locked */
export async function returnToDrafts(tx: Tx, world: World, draft: DraftRow, problem: string | null): Promise<DraftRow> {
  const { desk_id: deskId, agent_id: agentId, ticket_id: ticketId, place } = draft;
  const standing = await lockDraft(tx, deskId, { agentId, ticketId, place });
  const begun = standing?.draft_id === draft.draft_id ? null : standing;
  const content = begun === null ? draft.content : merged(draft.content, begun.content);
  if (begun !== null) await removeDraft(tx, begun);
  const version = Math.max(draft.version, begun?.version ?? 0) + 1;
  const returned: DraftRow = {
    ...{ ...draft, content, version, problem, saved_at: world.clock.now() },
    ...{ message_id: null, send_at: null, letter: null },
  };
  await putDraft(tx, returned);
  const assigned = { owner: `agent:${agentId}`, draftId: draft.draft_id, uploadIds: content.uploads };
  await assignUploads(tx, deskId, assigned);
  announce(tx, deskId, { type: "ticket", ticketId });
  return returned;
}
