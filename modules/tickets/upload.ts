import { createHash } from "node:crypto";
import { type Db, type DeskId, putBlob } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import { fileName, isProgram, typeOf } from "./upload-kind.ts";
import { insertUpload, looseBytesOf, type UploadRow } from "./upload-store.ts";

/** What all files of one message may have together, and so each of them. */
export const MOST_UPLOAD_BYTES = 25_000_000;
/** What uploads under way may take of this process's memory. */
const MOST_UNDER_WAY_BYTES = 250_000_000;

/** A file that is being handed over. */
export type IncomingFile = {
  /** Who alone may use it later: "agent:<id>", "contact:<id>", or "form:<what the browser keeps>". */
  owner: string;
  name: string;
  /** As its sender calls it. */
  type: string;
  body: AsyncIterable<Uint8Array> | null;
  /** Of its Content-Length; null where nobody said. */
  announcedBytes: number | null;
  /** What the owner may have lying about that belongs to no draft, this file included; `MOST_UPLOAD_BYTES` where it is missing. */
  roomBytes?: number;
};

export type UploadRefusal = "empty" | "too-large" | "program" | "broken-off" | "no-room" | "busy";

/**
 * Takes a file in, whoever hands it over: it is kept whole, under the type that its bytes speak for, or not at all. It
 * belongs to nothing yet: `takeUploads` makes it part of a message, and what nobody takes is swept after two days.
 */
export async function receiveUpload(
  { db, world }: { db: Db; world: World },
  deskId: DeskId,
  file: IncomingFile,
): Promise<UploadRow | { refused: UploadRefusal }> {
  const { owner, announcedBytes, roomBytes = MOST_UPLOAD_BYTES } = file;
  if (announcedBytes !== null && announcedBytes > MOST_UPLOAD_BYTES) return { refused: "too-large" };
  const name = fileName(file.name);
  if (isProgram(name, new Uint8Array())) return { refused: "program" }; // Before it is read: its name says it all.
  const bytes = await readWhole(file.body, announcedBytes);
  if (typeof bytes === "string") return { refused: bytes };
  if (isProgram(name, bytes)) return { refused: "program" };
  return db.transaction(deskId, async (tx) => {
    if ((await looseBytesOf(tx, deskId, owner)) + bytes.length > roomBytes) return { refused: "no-room" as const };
    const row: UploadRow = {
      ...{ desk_id: deskId, upload_id: newId(world), owner, name, type: typeOf(bytes, file.type) },
      ...{
        size_bytes: bytes.length,
        sha256: putBlob(tx, deskId, bytes),
        draft_id: null,
        created_at: world.clock.now(),
      },
    };
    await insertUpload(tx, row);
    return row;
  });
}

let underWayBytes = 0;

/** All bytes, or why there are none: nothing is kept of a file that is longer than it may be, or ends too early. */
async function readWhole(
  body: AsyncIterable<Uint8Array> | null,
  announcedBytes: number | null,
): Promise<Buffer | "empty" | "too-large" | "broken-off" | "busy"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      underWayBytes += chunk.length;
      chunks.push(chunk);
      if (size > MOST_UPLOAD_BYTES) return "too-large";
      if (underWayBytes > MOST_UNDER_WAY_BYTES) return "busy";
    }
  } catch {
    return "broken-off"; // Its sender went away.
  } finally {
    underWayBytes -= size;
  }
  if (announcedBytes !== null && size !== announcedBytes) return "broken-off";
  return size === 0 ? "empty" : Buffer.concat(chunks, size);
}

/** By which a mail names a picture within itself, and an editor one that is not sent yet. */
export function contentIdOf({ upload_id }: Pick<UploadRow, "upload_id">): string {
  return `${createHash("sha256").update(upload_id).digest("hex").slice(0, 24)}@picture`;
}
