import type { DeskId, Tx } from "@permanence/database";
import { type Instant, instant, newId, newToken, type World } from "@permanence/kernel";
import { addAgent, type Agent } from "./agent-store.ts";
import { recordAudit } from "./audit-store.ts";
import type { Role } from "./people-tables.ts";
import { sha256 } from "./visitor.ts";

/** How long an invitation is good for, from its newest mail on. */
const INVITATION_MS = 72 * 3_600_000;

export type Invitation = {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: string;
  invitedBy: string;
  sentAt: Instant;
  expiresAt: Instant;
};

type NewInvitation = Pick<Invitation, "email" | "name" | "role" | "language" | "invitedBy">;

export type InviteOutcome = { invitation: Invitation; token: string } | "is-agent" | "is-invited";

/** Invites somebody who is no agent yet. The token is the only copy. @param person the address in lower case */
export async function invite(tx: Tx, world: World, deskId: DeskId, person: NewInvitation): Promise<InviteOutcome> {
  const { email, name, role, language, invitedBy } = person;
  if (await isAgentsAddress(tx, deskId, email)) return "is-agent";
  const [now, token, id] = [world.clock.now(), newToken(world), newId(world)];
  const expiresAt = instant(now + INVITATION_MS);
  const added = await tx
    .insertInto("invitation")
    .values({
      ...{ desk_id: deskId, invitation_id: id, email, name, role, language, token_hash: sha256(token) },
      ...{ invited_by: invitedBy, invited_at: now, sent_at: now, expires_at: expiresAt },
      ...{ accepted_at: null, revoked_at: null },
    })
    .onConflict((conflict) =>
      conflict
        .columns(["desk_id", "email"])
        .where("accepted_at", "is", null)
        .where("revoked_at", "is", null)
        .doNothing(),
    )
    .returning("invitation_id")
    .executeTakeFirst();
  if (added === undefined) return "is-invited";
  await enter(tx, deskId, token);
  await record(tx, world, deskId, { kind: "invited", id, actorId: invitedBy, data: { role } });
  return { invitation: { id, ...person, sentAt: now, expiresAt }, token };
}

/** Those who have not come yet, also where their link ran out; the newest first. */
export async function listInvitations(tx: Tx, deskId: DeskId): Promise<Invitation[]> {
  return await open(tx, deskId).orderBy("invited_at", "desc").orderBy("invitation_id").execute();
}

/** Gives an open invitation a new link, and three days more; the link before it is void. Null where it is open no more. */
export async function renewInvitation(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { id, actorId }: { id: string; actorId: string },
): Promise<{ invitation: Invitation; token: string } | null> {
  const known = await open(tx, deskId)
    .select("token_hash")
    .where("invitation_id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  if (known === undefined) return null;
  const { token_hash: before, ...invitation } = known;
  const [now, token] = [world.clock.now(), newToken(world)];
  const expiresAt = instant(now + INVITATION_MS);
  await tx
    .updateTable("invitation")
    .set({ token_hash: sha256(token), sent_at: now, expires_at: expiresAt })
    .where("desk_id", "=", deskId)
    .where("invitation_id", "=", id)
    .execute();
  await leave(tx, deskId, before);
  await enter(tx, deskId, token);
  await record(tx, world, deskId, { kind: "invitation-sent-again", id, actorId });
  return { invitation: { ...invitation, sentAt: now, expiresAt }, token };
}

/** Its link leads nowhere any more. False where it was open no more. */
export async function revokeInvitation(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { id, actorId }: { id: string; actorId: string },
): Promise<boolean> {
  const revoked = await tx
    .updateTable("invitation")
    .set({ revoked_at: world.clock.now() })
    .where("desk_id", "=", deskId)
    .where("invitation_id", "=", id)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null)
    .returning("token_hash")
    .executeTakeFirst();
  if (revoked === undefined) return false;
  await leave(tx, deskId, revoked.token_hash);
  await record(tx, world, deskId, { kind: "invitation-revoked", id, actorId });
  return true;
}

/** Makes whoever was invited an agent, once. Null where the link ran out, was used or taken back. */
export async function acceptInvitation(tx: Tx, world: World, deskId: DeskId, tokenHash: Buffer): Promise<Agent | null> {
  const now = world.clock.now();
  const accepted = await tx
    .updateTable("invitation")
    .set({ accepted_at: now })
    .where("desk_id", "=", deskId)
    .where("token_hash", "=", tokenHash)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", now)
    .returning(["invitation_id as id", "email", "name", "role", "language"])
    .executeTakeFirst();
  if (accepted === undefined) return null;
  const { id, ...person } = accepted;
  await leave(tx, deskId, tokenHash);
  const agent = await addAgent(tx, world, deskId, person); // Null: somebody made them one by the command line meanwhile.
  if (agent !== null) await record(tx, world, deskId, { kind: "invitation-accepted", id, actorId: agent.id });
  return agent;
}

function open(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("invitation")
    .select(["invitation_id as id", "email", "name", "role", "language", "invited_by as invitedBy"])
    .select(["sent_at as sentAt", "expires_at as expiresAt"])
    .where("desk_id", "=", deskId)
    .where("accepted_at", "is", null)
    .where("revoked_at", "is", null);
}

async function isAgentsAddress(tx: Tx, deskId: DeskId, email: string): Promise<boolean> {
  const known = await tx
    .selectFrom("agent")
    .select("agent_id")
    .where("desk_id", "=", deskId)
    .where("email", "=", email)
    .executeTakeFirst();
  return known !== undefined;
}

async function enter(tx: Tx, deskId: DeskId, token: string): Promise<void> {
  const key = sha256(token).toString("hex");
  await tx.insertInto("directory").values({ kind: "token", key, desk_id: deskId }).execute();
}

async function leave(tx: Tx, deskId: DeskId, tokenHash: Buffer): Promise<void> {
  await tx
    .deleteFrom("directory")
    .where("kind", "=", "token")
    .where("key", "=", tokenHash.toString("hex"))
    .where("desk_id", "=", deskId)
    .execute();
}

type Recorded = {
  kind: "invited" | "invitation-sent-again" | "invitation-revoked" | "invitation-accepted";
  id: string;
  actorId: string;
  data?: Record<string, string>;
};

async function record(tx: Tx, world: World, deskId: DeskId, { kind, id, actorId, data }: Recorded): Promise<void> {
  await recordAudit(tx, world, deskId, { kind, actorId, subject: `invitation:${id}`, ...(data && { data }) });
}
