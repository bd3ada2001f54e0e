import { createHash } from "node:crypto";
import type { Instant } from "@permanence/kernel";
import type { DeskId } from "./desk-id.ts";
import { gather, type Run, type Write } from "./gathered-rows.ts";
import { WRITE_ORDER } from "./row-writes.ts";
import type { Blob, Tx } from "./tables.ts";

/** Keeps bytes under the SHA-256 of their contents, which it returns. The same bytes twice are kept once. */
export function putBlob(tx: Tx, deskId: DeskId, bytes: Uint8Array): Buffer {
  const sha256 = createHash("sha256").update(bytes).digest();
  const held = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  gather(tx, blobs, { desk_id: deskId, sha256, size_bytes: held.length, bytes: held });
  return sha256;
}

const MOST_IN_ONE = 8; // Each count is a statement of its own that is prepared.
const MOST_BYTES_IN_ONE = 4 * 1024 * 1024;

const blobs: Write<Blob> = {
  rank: WRITE_ORDER.indexOf("blob"),
  async send(run, rows) {
    // In one order, whoever writes: two that kept the same bytes crosswise would wait for each other.
    // The same bytes once: one statement cannot write a row twice.
    const distinct = [...new Map(rows.map((row) => [`${row.desk_id} ${row.sha256.toString("hex")}`, row])).values()];
    const sorted = distinct.toSorted((a, b) => Buffer.compare(a.sha256, b.sha256));
    const sent: Promise<unknown>[] = [];
    while (sorted.length > 0) sent.push(insertBlobs(run, takeSome(sorted)));
    await Promise.all(sent);
  },
};

function takeSome(rows: Blob[]): Blob[] {
  let count = 0;
  for (let bytes = 0; count < Math.min(rows.length, MOST_IN_ONE); count++) {
    bytes += rows[count]!.size_bytes;
    if (count > 0 && bytes > MOST_BYTES_IN_ONE) break;
  }
  return rows.splice(0, count);
}

function insertBlobs(run: Run, rows: Blob[]): Promise<unknown> {
  const values = rows.map((_, n) => `($${4 * n + 1}, $${4 * n + 2}, $${4 * n + 3}, $${4 * n + 4})`).join(", ");
  return run(
    `insert into blob (desk_id, sha256, size_bytes, bytes) values ${values}
      on conflict (desk_id, sha256) do update set bytes = excluded.bytes, size_bytes = excluded.size_bytes, erased_at = null
      where blob.erased_at is not null`,
    rows.flatMap((row) => [row.desk_id, row.sha256, row.size_bytes, row.bytes]),
  );
}

/** Takes the bytes away for good; their digests stay. The same bytes, where they come anew, are kept again. */
export async function eraseBlobs(tx: Tx, deskId: DeskId, sha256s: Buffer[], at: Instant): Promise<void> {
  if (sha256s.length === 0) return;
  await tx
    .updateTable("blob")
    .set({ bytes: Buffer.alloc(0), size_bytes: 0, erased_at: at })
    .where("desk_id", "=", deskId)
    .where("sha256", "in", sha256s)
    .execute();
}

/** The bytes whose SHA-256 this is; null where the desk keeps none such, or they were erased. */
export async function readBlob(tx: Tx, deskId: DeskId, sha256: Buffer): Promise<Buffer | null> {
  const row = await tx
    .selectFrom("blob")
    .select("bytes")
    .where("desk_id", "=", deskId)
    .where("sha256", "=", sha256)
    .where("erased_at", "is", null)
    .executeTakeFirst();
  return row?.bytes ?? null;
}
