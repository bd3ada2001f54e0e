import type { DeskId, Tx } from "@permanence/database";
import { base32, type World } from "@permanence/kernel";
import { Secret, TOTP } from "otpauth";
import { openSecret, sealSecret } from "./sealed-secret.ts";
import { sha256 } from "./visitor.ts";

// One-time codes of a programme on the agent's phone (RFC 6238), and the codes on paper for when the phone is lost.

const PURPOSE = "permanence agent totp secret";
const SECRET_BYTES = 20; // RFC 4226, section 4: 160 bits are recommended.
const PERIOD_MS = 30_000;
const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;

export type TotpSecret = { uri: string; secret: string };

/** Makes a new secret, which counts once a code of it was right; until then one that was there before does.
 *  @param key the installation's */
export async function beginTotp(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, email, deskName, key }: { agentId: string; email: string; deskName: string; key: string },
): Promise<TotpSecret> {
  const secret = new Secret({ buffer: Uint8Array.from(world.random.bytes(SECRET_BYTES)).buffer });
  const pending = sealSecret(secret.base32, { given: key, purpose: PURPOSE });
  await tx
    .insertInto("agent_totp")
    .values({ desk_id: deskId, agent_id: agentId, pending, made_at: world.clock.now() })
    .onConflict((conflict) => conflict.columns(["desk_id", "agent_id"]).doUpdateSet({ pending }))
    .execute();
  return { uri: totpOf(secret.base32, { label: email, issuer: deskName }).toString(), secret: secret.base32 };
}

export type TotpOutcome = "right" | "wrong" | "none" | "unreadable";

type Tried = { agentId: string; code: string; key: string };

/** Takes a code, once. `unreadable`: it was sealed with another key than the installation has now. */
export async function takeTotp(tx: Tx, world: World, deskId: DeskId, tried: Tried): Promise<TotpOutcome> {
  const kept = await lockTotp(tx, deskId, tried.agentId);
  const step = stepOf(kept?.sealed ?? null, tried, world);
  if (typeof step === "string") return step;
  if (step <= kept!.last_step) return "wrong"; // RFC 6238, section 5.2: a code counts once.
  await updateTotp(tx, deskId, tried.agentId, { last_step: step });
  return "right";
}

/** The same for the secret that was begun, which counts from now on. */
export async function confirmTotp(tx: Tx, world: World, deskId: DeskId, tried: Tried): Promise<TotpOutcome> {
  const kept = await lockTotp(tx, deskId, tried.agentId);
  const step = stepOf(kept?.pending ?? null, tried, world);
  if (typeof step === "string") return step;
  await updateTotp(tx, deskId, tried.agentId, { sealed: kept!.pending, pending: null, last_step: step });
  return "right";
}

/** Which half minute the code is of; what is wrong with it where it is of none. */
function stepOf(sealed: Buffer | null, { code, key }: Tried, world: World): number | TotpOutcome {
  if (sealed === null) return "none";
  const secret = openSecret(sealed, { given: key, purpose: PURPOSE });
  if (secret === null) return "unreadable";
  const now = world.clock.now();
  const delta = totpOf(secret).validate({ token: code.replaceAll(/\s/g, ""), timestamp: now, window: 1 });
  return delta === null ? "wrong" : Math.floor(now / PERIOD_MS) + delta;
}

async function lockTotp(tx: Tx, deskId: DeskId, agentId: string) {
  return await tx
    .selectFrom("agent_totp")
    .select(["sealed", "pending", "last_step"])
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .forUpdate()
    .executeTakeFirst();
}

type TotpChange = { last_step: number; sealed?: Buffer | null; pending?: null };

async function updateTotp(tx: Tx, deskId: DeskId, agentId: string, change: TotpChange): Promise<void> {
  await tx
    .updateTable("agent_totp")
    .set(change)
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .execute();
}

/** Names and period are those that every authenticator knows. */
function totpOf(secret: string, names: { label?: string; issuer?: string } = {}): TOTP {
  return new TOTP({ secret, algorithm: "SHA1", digits: 6, period: PERIOD_MS / 1000, ...names });
}

export async function hasTotp(tx: Tx, deskId: DeskId, agentId: string): Promise<boolean> {
  const row = await tx
    .selectFrom("agent_totp")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("sealed", "is not", null)
    .executeTakeFirst();
  return row !== undefined;
}

export async function removeTotp(tx: Tx, deskId: DeskId, agentId: string): Promise<void> {
  for (const table of ["agent_totp", "recovery_code"] as const) {
    await tx.deleteFrom(table).where("desk_id", "=", deskId).where("agent_id", "=", agentId).execute();
  }
}

/** New codes on paper; those before them are void. */
export async function makeRecoveryCodes(tx: Tx, world: World, deskId: DeskId, agentId: string): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => base32(world.random.bytes(RECOVERY_BYTES)));
  await tx.deleteFrom("recovery_code").where("desk_id", "=", deskId).where("agent_id", "=", agentId).execute();
  const now = world.clock.now();
  const rows = codes.map((code) => ({ code_hash: sha256(code), made_at: now, used_at: null }));
  await tx
    .insertInto("recovery_code")
    .values(rows.map((row) => ({ desk_id: deskId, agent_id: agentId, ...row })))
    .execute();
  return codes.map((code) => code.match(/.{4}/g)!.join("-"));
}

/** Whether it is one of the codes on paper, which is used by this. */
export async function takeRecoveryCode(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, code }: { agentId: string; code: string },
): Promise<boolean> {
  const plain = code.toLowerCase().replaceAll(/[^a-z2-7]/g, "");
  const taken = await tx
    .updateTable("recovery_code")
    .set({ used_at: world.clock.now() })
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("code_hash", "=", sha256(plain))
    .where("used_at", "is", null)
    .returning("code_hash")
    .executeTakeFirst();
  return taken !== undefined;
}

export async function countRecoveryCodes(tx: Tx, deskId: DeskId, agentId: string): Promise<number> {
  const { count } = await tx
    .selectFrom("recovery_code")
    .select((code) => code.fn.countAll<number>().as("count"))
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("used_at", "is", null)
    .executeTakeFirstOrThrow();
  return count;
}
