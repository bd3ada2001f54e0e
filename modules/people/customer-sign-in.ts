import { createHash } from "node:crypto";
import { type Db, type DeskId, lookUp, type Tx } from "@permanence/database";
import { type Instant, instant, newToken, type World } from "@permanence/kernel";
import { findOrMakeContact } from "./contact-store.ts";
import { deskOf } from "./desk-store.ts";

// Customers sign in by a link or a code that is mailed to them: whoever reads mail at an address is its owner.

export const CUSTOMER_COOKIE = "permanence_customer";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SIGN_IN_MS = 15 * MINUTE_MS;
export const CUSTOMER_SESSION_MS = 30 * DAY_MS;

/** With eight digits, five tries in each of five mails an hour guess one address in some four thousand years. */
const MOST_TRIES = 5;
const CODE_DIGITS = 8;

/** A customer who is signed in. */
export type Customer = {
  deskId: DeskId;
  contactId: string;
  organisationId: string | null;
  organisationName: string | null;
  address: string; // The one that they signed in with.
  name: string; // Empty when they never gave one.
  language: string;
  sessionHash: Buffer;
};

/** What the mail tells (link, code) and what stays in the browser that asked (request). Kept are their hashes alone. */
export type SignInSecrets = { request: string; link: string; code: string };

/** What somebody shows to be let in: the link's token; or the code, in the browser that asked. */
export type SignInProof = { token: string } | { request: string; code: string };

/**
 * Begins a sign-in; null where this address had its mails for this hour.
 * @param asked the address in lower case
 */
export async function beginCustomerSignIn(
  tx: Tx,
  world: World,
  deskId: DeskId,
  asked: { address: string; language: string; perHour: number },
): Promise<SignInSecrets | null> {
  const { address, language, perHour } = asked;
  const now = world.clock.now();
  await tx
    .deleteFrom("customer_sign_in")
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .where("created_at", "<", instant(now - DAY_MS))
    .execute();
  if ((await countSignIns(tx, deskId, address, instant(now - HOUR_MS))) >= perHour) return null;
  const secrets = { request: newToken(world), link: newToken(world), code: newCode(world) };
  await tx
    .insertInto("customer_sign_in")
    .values({
      ...{ desk_id: deskId, request_hash: hashOf(secrets.request), link_hash: hashOf(secrets.link) },
      ...{ code_hash: hashOf(secrets.request + secrets.code), address, language, tries: 0 },
      ...{ created_at: now, expires_at: instant(now + SIGN_IN_MS), used_at: null },
    })
    .execute();
  return secrets;
}

/** The session's token for whoever shows the proof, once; null when it is wrong, was used, tried too often or is too old.
 *  A contact is made where the address had none: reading mail there is all that it takes to be one. */
export async function finishCustomerSignIn(
  db: Db,
  world: World,
  deskId: DeskId,
  proof: SignInProof,
): Promise<string | null> {
  const now = world.clock.now();
  return await db.transaction(deskId, async (tx) => {
    const signIn = "token" in proof ? await takeLink(tx, deskId, proof, now) : await takeCode(tx, deskId, proof, now);
    return signIn === null ? null : await openSession(tx, world, deskId, signIn);
  });
}

async function takeLink(tx: Tx, deskId: DeskId, { token }: { token: string }, now: Instant) {
  const taken = await openSignIns(tx, deskId, now)
    .set({ used_at: now })
    .where("link_hash", "=", hashOf(token))
    .returning(["address", "language"])
    .executeTakeFirst();
  return taken ?? null;
}

/** A wrong code costs a try, whatever comes of the rest; of two who come with the right one, one gets in. */
async function takeCode(tx: Tx, deskId: DeskId, proof: { request: string; code: string }, now: Instant) {
  const codeHash = hashOf(proof.request + proof.code.replaceAll(/\D/g, ""));
  const tried = await openSignIns(tx, deskId, now)
    .set((row) => ({
      tries: row("tries", "+", 1),
      used_at: row.case().when("code_hash", "=", codeHash).then(now).end(),
    }))
    .where("request_hash", "=", hashOf(proof.request))
    .where("tries", "<", MOST_TRIES)
    .returning(["address", "language", "used_at"])
    .executeTakeFirst();
  return tried === undefined || tried.used_at === null ? null : tried;
}

function openSignIns(tx: Tx, deskId: DeskId, now: Instant) {
  return tx
    .updateTable("customer_sign_in")
    .where("desk_id", "=", deskId)
    .where("used_at", "is", null)
    .where("expires_at", ">", now);
}

async function openSession(tx: Tx, world: World, deskId: DeskId, signIn: { address: string; language: string }) {
  const { address, language } = signIn;
  const now = world.clock.now();
  const sender = { address, name: "", language, source: "sign-in" as const };
  const { contactId } = await findOrMakeContact(tx, world, deskId, sender);
  await tx
    .updateTable("contact_address")
    .set((row) => ({ verified_at: row.fn.coalesce("verified_at", row.val(now)) }))
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .execute();
  const token = newToken(world);
  const token_hash = hashOf(token);
  const expires_at = instant(now + CUSTOMER_SESSION_MS);
  await tx
    .insertInto("customer_session")
    .values({ desk_id: deskId, token_hash, contact_id: contactId, address, created_at: now, expires_at })
    .execute();
  await tx
    .insertInto("directory")
    .values({ kind: "token", key: token_hash.toString("hex"), desk_id: deskId })
    .execute();
  return token;
}

/** Whom a customer's session stands for; null when it stands for nobody, or no longer. */
export async function authenticateCustomer(db: Db, world: World, token: string): Promise<Customer | null> {
  const sessionHash = hashOf(token);
  const deskId = await lookUp(db, "token", sessionHash.toString("hex"));
  if (deskId === null) return null;
  const customer = await db.transaction(deskId, (tx) => findCustomer(tx, deskId, sessionHash, world.clock.now()));
  if (customer === undefined) return null;
  const language = customer.language ?? (await deskOf(db, deskId)).settings.languages[0]!;
  return { deskId, sessionHash, ...customer, language };
}

async function findCustomer(tx: Tx, deskId: DeskId, sessionHash: Buffer, now: Instant) {
  return await tx
    .selectFrom("customer_session as s")
    .innerJoin("contact as c", (join) =>
      join.onRef("c.desk_id", "=", "s.desk_id").onRef("c.contact_id", "=", "s.contact_id"),
    )
    .leftJoin("organisation as o", (join) =>
      join.onRef("o.desk_id", "=", "c.desk_id").onRef("o.organisation_id", "=", "c.organisation_id"),
    )
    .select(["c.contact_id as contactId", "c.name", "c.language", "s.address"])
    .select(["c.organisation_id as organisationId", "o.name as organisationName"])
    .where("s.desk_id", "=", deskId)
    .where("token_hash", "=", sessionHash)
    .where("expires_at", ">", now)
    .executeTakeFirst();
}

/** From now on the session stands for nobody. */
export async function endCustomerSession(tx: Tx, { deskId, sessionHash }: Customer): Promise<void> {
  await tx.deleteFrom("customer_session").where("desk_id", "=", deskId).where("token_hash", "=", sessionHash).execute();
  await tx
    .deleteFrom("directory")
    .where("kind", "=", "token")
    .where("key", "=", sessionHash.toString("hex"))
    .where("desk_id", "=", deskId)
    .execute();
}

/** The same for all sessions of the contact, in whichever browser. */
export async function endSessionsOf(tx: Tx, deskId: DeskId, contactId: string): Promise<void> {
  const ended = await tx
    .deleteFrom("customer_session")
    .where("desk_id", "=", deskId)
    .where("contact_id", "=", contactId)
    .returning("token_hash")
    .execute();
  if (ended.length === 0) return;
  await tx
    .deleteFrom("directory")
    .where("kind", "=", "token")
    .where(
      "key",
      "in",
      ended.map(({ token_hash }) => token_hash.toString("hex")),
    )
    .where("desk_id", "=", deskId)
    .execute();
}

async function countSignIns(tx: Tx, deskId: DeskId, address: string, since: Instant): Promise<number> {
  const { count } = await tx
    .selectFrom("customer_sign_in")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("desk_id", "=", deskId)
    .where("address", "=", address)
    .where("created_at", ">", since)
    .executeTakeFirstOrThrow();
  return count;
}

function newCode(world: World): string {
  const number = Buffer.from(world.random.bytes(6)).readUIntBE(0, 6) % 10 ** CODE_DIGITS;
  return String(number).padStart(CODE_DIGITS, "0");
}

function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
