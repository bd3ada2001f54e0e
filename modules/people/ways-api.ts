import { z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import type { Context, MiddlewareHandler } from "hono";
import { type ApiContext, type ApiEnv, IsoText, problem } from "./api.ts";
import { recordAudit } from "./audit-store.ts";
import { findWays, isFresh } from "./sign-in-ways.ts";
import { visitorOf } from "./visitor.ts";

// What the routes share that change one's own ways in.

export const Ways = z
  .object({
    password: z.object({ setAt: IsoText }).nullable(),
    hasCodes: z
      .boolean()
      .openapi({ description: "Whether a phone's codes are set up: a password counts only with them." }),
    recoveryCodes: z.number().int(),
    passkeys: z.array(
      z.object({ id: z.string(), label: z.string(), host: z.string(), madeAt: IsoText, usedAt: IsoText.nullable() }),
    ),
    isFresh: z.boolean().openapi({ description: "Whether they may be changed: shortly after signing in." }),
  })
  .openapi("SignInWays");

const NOT_FRESH =
  "Ways in are changed within half an hour of signing in, in a browser. Nothing was changed: sign in again, and come back.";

/** In front of each change of a way in. */
export const requireFresh: MiddlewareHandler<ApiEnv> = async (c, next) =>
  isFresh(c.get("session"), c.get("world")) ? next() : problem(c, 409, "Sign in again", NOT_FRESH);

export async function viewWays(c: ApiContext): Promise<z.infer<typeof Ways>> {
  const session = c.get("session");
  const { deskId, agent } = session;
  const ways = await c.get("db").transaction(deskId, (tx) => findWays(tx, deskId, agent.id));
  const { passwordSetAt, passkeys, hasCodes, recoveryCodes } = ways;
  return {
    password: passwordSetAt === null ? null : { setAt: toIso(passwordSetAt) },
    ...{ hasCodes, recoveryCodes, isFresh: isFresh(session, c.get("world")) },
    passkeys: passkeys.map(({ madeAt, usedAt, ...passkey }) => ({
      ...passkey,
      madeAt: toIso(madeAt),
      usedAt: usedAt === null ? null : toIso(usedAt),
    })),
  };
}

type Change =
  | "password-set"
  | "password-removed"
  | "codes-set"
  | "recovery-codes-made"
  | "passkey-added"
  | "passkey-removed";

/** Changes something and puts it on record, at once. */
export async function changing(
  c: ApiContext,
  change: Change,
  work: (tx: Tx, deskId: DeskId) => Promise<void>,
): Promise<void> {
  const { deskId } = c.get("session");
  await c.get("db").transaction(deskId, async (tx) => {
    await work(tx, deskId);
    await recordChange(c, tx, change);
  });
}

export async function recordChange(c: ApiContext, tx: Tx, change: Change): Promise<void> {
  const { deskId, agent } = c.get("session");
  const { network } = visitorOf(c);
  await recordAudit(tx, c.get("world"), deskId, { kind: "ways-changed", actorId: agent.id, network, data: { change } });
}

/** @param waitMs until the next try */
export function tooMany(c: Context, waitMs: number) {
  const seconds = Math.ceil(waitMs / 1_000);
  c.header("retry-after", String(seconds));
  const detail = `Too many tries. This one was not looked at: wait ${seconds} seconds, or use a passkey.`;
  return problem(c, 429, "Too many tries", detail);
}
