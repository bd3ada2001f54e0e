import { generateKeyPairSync } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { keyPairOf } from "./proof-file.ts";

export type ProofKey = { publicKey: Buffer; privateKey: Buffer };

/** The key that signs the desk's proofs; it is made when it is first asked for. */
export async function requireProofKey(tx: Tx, deskId: DeskId, now: Instant): Promise<ProofKey> {
  const known = await newestKey(tx, deskId);
  if (known) return known;
  const { publicKey, privateKey } = keyPairOf(generateKeyPairSync("ed25519"));
  await tx
    .insertInto("proof_key")
    .values({ desk_id: deskId, public_key: publicKey, private_key: privateKey, made_at: now })
    .execute();
  return { publicKey, privateKey };
}

async function newestKey(tx: Tx, deskId: DeskId): Promise<ProofKey | null> {
  const row = await tx
    .selectFrom("proof_key")
    .select(["public_key", "private_key"])
    .where("desk_id", "=", deskId)
    .orderBy("made_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row ? { publicKey: row.public_key, privateKey: row.private_key } : null;
}

/** The desk's public keys, in hexadecimal: the newest one first. */
export async function listPublicKeys(tx: Tx, deskId: DeskId): Promise<string[]> {
  const rows = await tx
    .selectFrom("proof_key")
    .select("public_key")
    .where("desk_id", "=", deskId)
    .orderBy("made_at", "desc")
    .execute();
  return rows.map(({ public_key }) => public_key.toString("hex"));
}
