import { browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { call } from "#lib/api/call.ts";
import type { Problem } from "#lib/api/types.ts";

type Creation = Parameters<typeof startRegistration>[0]["optionsJSON"];
type Request = Parameters<typeof startAuthentication>[0]["optionsJSON"];

export const knowsPasskeys = browserSupportsWebAuthn;

/** Signs in with a passkey of this browser's choice; null once it has. `status` 0: the browser or its user gave none. */
export async function enterByPasskey(fetch: typeof globalThis.fetch): Promise<Problem | null> {
  return await ceremony(fetch, "/sign-ins/passkey", async () => {
    const asked = await call<Request>(fetch, "/sign-ins/passkey-challenge", { method: "POST" });
    return asked.ok ? { ok: true, value: await startAuthentication({ optionsJSON: asked.value }) } : asked;
  });
}

/** Makes a passkey for whoever is signed in; null once it is kept. */
export async function addPasskey(fetch: typeof globalThis.fetch, label: string): Promise<Problem | null> {
  return await ceremony(fetch, "/me/passkeys", async () => {
    const asked = await call<Creation>(fetch, "/me/passkey-challenge", { method: "POST" });
    if (!asked.ok) return asked;
    return { ok: true, value: { label, response: await startRegistration({ optionsJSON: asked.value }) } };
  });
}

type Made = { ok: true; value: unknown } | { ok: false; problem: Problem };

async function ceremony(fetch: typeof globalThis.fetch, path: string, make: () => Promise<Made>) {
  try {
    const made = await make();
    if (!made.ok) return made.problem;
    const answer = await call(fetch, path, { method: "POST", body: made.value });
    return answer.ok ? null : answer.problem;
  } catch {
    return { status: 0, title: "" }; // The library throws what browsers refuse, and what their users do.
  }
}
