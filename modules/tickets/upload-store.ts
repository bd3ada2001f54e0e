import { type DeskId, eraseBlobs, readBlob, type Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { MailAttachment } from "@permanence/mail";
import { sql } from "kysely";

/** A file that was handed over and is not part of a message yet. */
export type UploadRow = {
  desk_id: DeskId;
  upload_id: string;
  owner: string;
  name: string;
  type: string;
  size_bytes: number;
  sha256: Buffer;
  draft_id: string | null;
  created_at: Instant;
};

declare module "@permanence/database" {
  interface Tables {
    upload: UploadRow;
  }
}

export async function insertUpload(tx: Tx, row: UploadRow): Promise<void> {
  await tx.insertInto("upload").values(row).execute();
}

/** What somebody has lying about that belongs to no draft, in bytes. */
export async function looseBytesOf(tx: Tx, deskId: DeskId, owner: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(size_bytes), 0)::bigint as bytes from upload
    where desk_id = ${deskId} and owner = ${owner} and draft_id is null`.execute(tx);
  return rows[0]!.bytes;
}

/** Those of the files that are this owner's, in the order of the ids. */
export async function findUploads(
  tx: Tx,
  deskId: DeskId,
  owner: string,
  uploadIds: readonly string[],
): Promise<UploadRow[]> {
  if (uploadIds.length === 0) return [];
  const rows = await tx
    .selectFrom("upload")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("owner", "=", owner)
    .where("upload_id", "in", [...new Set(uploadIds)])
    .execute();
  return uploadIds.flatMap((id) => rows.find((row) => row.upload_id === id) ?? []);
}

/** All files of an owner's that are part of no message. */
export async function listUploadsOf(tx: Tx, deskId: DeskId, owner: string): Promise<UploadRow[]> {
  return tx
    .selectFrom("upload")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("owner", "=", owner)
    .orderBy("created_at")
    .orderBy("upload_id")
    .execute();
}

/** Makes files part of a draft (or of none: they are swept like others then). */
export async function assignUploads(
  tx: Tx,
  deskId: DeskId,
  { owner, draftId, uploadIds }: { owner: string; draftId: string; uploadIds: readonly string[] },
): Promise<void> {
  await sql`
    update upload set draft_id = case when upload_id = any(${[...uploadIds]}::uuid[]) then ${draftId}::uuid end
    where desk_id = ${deskId} and owner = ${owner}
      and (draft_id = ${draftId} or upload_id = any(${[...uploadIds]}::uuid[]))`.execute(tx);
}

export type ReadUpload = MailAttachment & { uploadId: string };

/** Takes files out, to become attachments: all of these ids, or null where one is missing or somebody else's. */
export async function takeUploads(
  tx: Tx,
  deskId: DeskId,
  owner: string,
  uploadIds: readonly string[],
): Promise<ReadUpload[] | null> {
  const files = await readUploads(tx, deskId, owner, uploadIds);
  if (files !== null) await deleteUploads(tx, deskId, uploadIds);
  return files;
}

/** The same, and they stay until `deleteUploads`. */
export async function readUploads(
  tx: Tx,
  deskId: DeskId,
  owner: string,
  uploadIds: readonly string[],
): Promise<ReadUpload[] | null> {
  const rows = await findUploads(tx, deskId, owner, uploadIds);
  if (rows.length !== uploadIds.length) return null;
  const files: ReadUpload[] = [];
  for (const { upload_id: uploadId, name, type, size_bytes: sizeBytes, sha256 } of rows) {
    const bytes = await readBlob(tx, deskId, sha256);
    if (bytes === null) return null;
    const kept = { name, type, sizeBytes, bytes, sha256: sha256.toString("hex") };
    files.push({ uploadId, ...kept, inline: false, contentId: null });
  }
  return files;
}

/** Their bytes stay: whoever deletes a file that nothing took sweeps these too. */
export async function deleteUploads(tx: Tx, deskId: DeskId, uploadIds: readonly string[]): Promise<void> {
  if (uploadIds.length === 0) return;
  await tx
    .deleteFrom("upload")
    .where("desk_id", "=", deskId)
    .where("upload_id", "in", [...uploadIds])
    .execute();
}

/** Deletes files with their bytes, where nothing else has the same ones. */
export async function discardUploads(tx: Tx, deskId: DeskId, rows: UploadRow[], now: Instant): Promise<void> {
  await deleteUploads(
    tx,
    deskId,
    rows.map((row) => row.upload_id),
  );
  for (const { sha256 } of rows) await eraseIfUnused(tx, deskId, sha256, now);
}

/** Files that were handed over before `before` and belong to no draft. */
export async function listLooseUploads(tx: Tx, deskId: DeskId, before: Instant, limit: number): Promise<UploadRow[]> {
  return tx
    .selectFrom("upload")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("draft_id", "is", null)
    .where("created_at", "<", before)
    .orderBy("created_at")
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Takes bytes away that nothing has any more. The blob is locked first: whoever keeps the same bytes this moment either
 *  has been seen by the question, or waits and keeps them anew. */
async function eraseIfUnused(tx: Tx, deskId: DeskId, sha256: Buffer, now: Instant): Promise<void> {
  await sql`select from blob where desk_id = ${deskId} and sha256 = ${sha256} for update`.execute(tx);
  const { rows } = await sql<{ used: boolean }>`
    select exists (select from upload where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from attachment where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from side_attachment where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from inbound_mail where desk_id = ${deskId} and sha256 = ${sha256})
      or exists (select from outgoing_mail where desk_id = ${deskId} and mime_sha256 = ${sha256})
      or exists (select from message where desk_id = ${deskId} and html_sha256 = ${sha256})
      or exists (select from side_message where desk_id = ${deskId} and html_sha256 = ${sha256})
      or exists (select from desk_brand where desk_id = ${deskId} and logo_sha256 = ${sha256}) as used`.execute(tx);
  if (!rows[0]!.used) await eraseBlobs(tx, deskId, [sha256], now);
}
