import type { DeskId } from "@permanence/database";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import type { Agent } from "./agent-store.ts";
import type { ApiContext } from "./api.ts";
import { SESSION_MS } from "./credential-store.ts";
import { rememberDevice } from "./device-store.ts";

export const SESSION_COOKIE = "permanence_session";

/** How the cookie of a session is set. @param publicUrl where browsers reach the site */
export function cookieOptions(c: Context, publicUrl: string) {
  const isHttps = publicUrl.startsWith("https:") || c.req.header("x-forwarded-proto") === "https";
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: isHttps } as const;
}

type Begun = { deskId: DeskId; agent: Agent; sessionToken: string };

/** Hands the browser its session, and remembers it as one of the agent's. */
export async function giveSession(
  c: ApiContext,
  { deskId, agent, sessionToken }: Begun,
  publicUrl: string,
): Promise<void> {
  const options = cookieOptions(c, publicUrl);
  setCookie(c, SESSION_COOKIE, sessionToken, { ...options, maxAge: SESSION_MS / 1000 });
  const device = { deskId, agentId: agent.id, options };
  await c.get("db").transaction(deskId, (tx) => rememberDevice(c, tx, c.get("world"), device));
}
