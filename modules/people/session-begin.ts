import type { DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { recordAudit } from "./audit-store.ts";
import { issueCredential, SESSION_MS } from "./credential-store.ts";
import type { Visitor } from "./visitor.ts";

/** By what somebody came in. */
export type SignInWay = "link" | "invitation" | "code" | "recovery-code" | "passkey";

/** Signs an agent in, on record. @returns the session's token */
export async function beginSession(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, way, visitor }: { agentId: string; way: SignInWay; visitor: Visitor },
): Promise<string> {
  const { network } = visitor;
  await recordAudit(tx, world, deskId, { kind: "sign-in", actorId: agentId, network, data: { way } });
  return await issueCredential(tx, world, deskId, {
    ...{ agentId, kind: "session", label: way, lifetimeMs: SESSION_MS, visitor },
  });
}

/** Puts on record that somebody failed to. What an unknown person typed is not kept: it may be a password. */
export async function recordFailure(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, way, visitor }: { agentId: string | null; way: "password" | SignInWay; visitor: Visitor },
): Promise<void> {
  const subject = agentId === null ? null : `agent:${agentId}`;
  const { network } = visitor;
  await recordAudit(tx, world, deskId, { kind: "sign-in-failed", actorId: null, subject, network, data: { way } });
}
