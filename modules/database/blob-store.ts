import { createHash } from "node:crypto";
import { sql } from "kysely";
import { later } from "./pipelined.ts";
import type { DeskId } from "./desk-id.ts";
import type { Tx } from "./tables.ts";

/** Keeps bytes under the SHA-256 of their contents, which it returns. The same bytes twice are kept once. */
export function putBlob(tx: Tx, deskId: DeskId, bytes: Uint8Array): Buffer {
  const sha256 = createHash("sha256").update(bytes).digest();
  const held = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = sql`
    insert into blob (desk_id, sha256, size_bytes, bytes)
    values (${deskId}, ${sha256}, ${held.length}, ${held})
    on conflict do nothing`;
  later(tx, kept.execute(tx));
  return sha256;
}

/** The bytes whose SHA-256 this is; null where the desk keeps none such. */
export async function readBlob(tx: Tx, deskId: DeskId, sha256: Buffer): Promise<Buffer | null> {
  const row = await tx
    .selectFrom("blob")
    .select("bytes")
    .where("desk_id", "=", deskId)
    .where("sha256", "=", sha256)
    .executeTakeFirst();
  return row?.bytes ?? null;
}
