import { createHmac, timingSafeEqual } from "node:crypto";
import type { DeskId, Tx } from "@permanence/database";
import { instant, type World } from "@permanence/kernel";

// A challenge is chance, its end, and a signature over both: strangers may ask for as many as they like, and nothing is
// kept of it. Each is answered once: the answered ones are kept until they run out.

const CHANCE_BYTES = 24;
const TIME_BYTES = 6;
const SIGNATURE_BYTES = 16;
const CHALLENGE_MS = 5 * 60_000;

/** @param purpose "sign-in", or whom a passkey is added for: a challenge of one serves no other */
export type ChallengeUse = { purpose: string; key: string };

export function newChallenge(world: World, use: ChallengeUse): Uint8Array<ArrayBuffer> {
  const signed = Buffer.alloc(CHANCE_BYTES + TIME_BYTES);
  world.random.bytes(CHANCE_BYTES).copy(signed);
  signed.writeUIntBE(world.clock.now() + CHALLENGE_MS, CHANCE_BYTES, TIME_BYTES);
  return Uint8Array.from(Buffer.concat([signed, signatureOf(signed, use)]));
}

/** Whether we made it for this use, and it has not run out. @param challenge in base64url */
export function isOurChallenge(challenge: string, world: World, use: ChallengeUse): boolean {
  const bytes = Buffer.from(challenge, "base64url");
  if (bytes.length !== CHANCE_BYTES + TIME_BYTES + SIGNATURE_BYTES) return false;
  const signed = bytes.subarray(0, -SIGNATURE_BYTES);
  return (
    timingSafeEqual(bytes.subarray(-SIGNATURE_BYTES), signatureOf(signed, use)) && endOf(bytes) > world.clock.now()
  );
}

/** Whether this is the first answer to it. */
export async function answerChallenge(tx: Tx, world: World, deskId: DeskId, challenge: string): Promise<boolean> {
  const expires_at = instant(endOf(Buffer.from(challenge, "base64url")));
  await tx
    .deleteFrom("answered_challenge")
    .where("desk_id", "=", deskId)
    .where("expires_at", "<", world.clock.now())
    .execute();
  const first = await tx
    .insertInto("answered_challenge")
    .values({ desk_id: deskId, challenge, expires_at })
    .onConflict((conflict) => conflict.doNothing())
    .returning("challenge")
    .executeTakeFirst();
  return first !== undefined;
}

function endOf(challenge: Buffer): number {
  return challenge.readUIntBE(CHANCE_BYTES, TIME_BYTES);
}

function signatureOf(signed: Buffer, { purpose, key }: ChallengeUse): Buffer {
  const mac = createHmac("sha256", key).update(`passkey challenge ${purpose}\n`).update(signed);
  return mac.digest().subarray(0, SIGNATURE_BYTES);
}
