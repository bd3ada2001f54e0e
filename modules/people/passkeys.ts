import type { Db, DeskId, Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Context } from "hono";
import { type Agent, findAgent } from "./agent-store.ts";
import { answerChallenge, isOurChallenge, newChallenge } from "./passkey-challenge.ts";
import {
  addPasskey,
  deskOfHandle,
  listPasskeys,
  lockPasskey,
  notePasskeyUse,
  type PasskeyKey,
  userHandleOf,
} from "./passkey-store.ts";
import { beginSession, recordFailure } from "./session-begin.ts";
import type { Visitor } from "./visitor.ts";

// Passkeys (WebAuthn, level 3), kept by the authenticator under the site's host: no address and no password is typed.

/** EdDSA, ES256 and RS256 (RFC 9053), which all authenticators know one of. */
const ALGORITHMS = [-8, -7, -257];

const SIGN_IN = "sign-in";
const addingFor = (agentId: string) => `add ${agentId}`;

/** Where the browser is, as it and the site's settings say. The first host is what new passkeys are made for. */
export type PasskeySite = { hosts: string[]; origins: string[] };

/** Null where the site is reached by an address of numbers alone: no passkey can be made for one. */
export function passkeySiteOf(c: Context, publicUrl: string): PasskeySite | null {
  const asked = c.req.header("host") ?? new URL(c.req.url).host;
  const places = [...new Set([asked, new URL(publicUrl).host])]
    .map((host) => ({ host, name: URL.parse(`http://${host}`)?.hostname ?? "" }))
    .filter(({ name }) => /[a-z]/.test(name) && !name.startsWith("["));
  if (places.length === 0) return null;
  // Browsers offer passkeys on https, and on the machine itself.
  const origins = places.flatMap(({ host, name }) => [`https://${host}`, ...(isSelf(name) ? [`http://${host}`] : [])]);
  return { hosts: places.map(({ name }) => name), origins };
}

const isSelf = (name: string) => name === "localhost" || name.endsWith(".localhost");

/** What a browser is asked to sign in with. */
export async function askForPasskey(world: World, site: PasskeySite, key: string) {
  const challenge = newChallenge(world, { purpose: SIGN_IN, key });
  return await generateAuthenticationOptions({ rpID: site.hosts[0]!, challenge, userVerification: "required" });
}

type Answer<T> = { response: T; site: PasskeySite; key: string };

/** Signs in whose passkey answered; null where the answer proves nothing. */
export async function signInByPasskey(
  db: Db,
  world: World,
  { response, site, key, visitor }: Answer<AuthenticationResponseJSON> & { visitor: Visitor },
): Promise<{ deskId: DeskId; agent: Agent; sessionToken: string } | null> {
  const deskId = deskOfHandle(response.response.userHandle);
  if (deskId === null) return null;
  return await db.transaction(deskId, async (tx) => {
    const passkey = await lockPasskey(tx, deskId, response.id);
    const agent = passkey && (await findAgent(tx, deskId, passkey.agentId));
    if (passkey === null || agent === null) return null;
    const counter = await verifyAnswer(tx, world, deskId, { passkey, response, site, key });
    if (counter === null) {
      await recordFailure(tx, world, deskId, { agentId: agent.id, way: "passkey", visitor });
      return null;
    }
    await notePasskeyUse(tx, deskId, { id: passkey.id, counter, usedAt: world.clock.now() });
    const begun = { agentId: agent.id, way: "passkey", visitor } as const;
    return { deskId, agent, sessionToken: await beginSession(tx, world, deskId, begun) };
  });
}

/** The authenticator's counter; null where the answer is not this passkey's to a challenge of ours, or came before. */
async function verifyAnswer(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { passkey, response, site, key }: Answer<AuthenticationResponseJSON> & { passkey: PasskeyKey },
): Promise<number | null> {
  let challenge = "";
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (given) => isOurChallenge((challenge = given), world, { purpose: SIGN_IN, key }),
    expectedOrigin: site.origins,
    expectedRPID: passkey.rpId,
    credential: { id: passkey.id, publicKey: Uint8Array.from(passkey.publicKey), counter: passkey.counter },
    requireUserVerification: true,
  }).catch(() => ({ verified: false, authenticationInfo: null })); // The library throws what is wrong with an answer.
  if (!verified || !(await answerChallenge(tx, world, deskId, challenge))) return null;
  return authenticationInfo?.newCounter ?? null;
}

/** What a browser is asked to make a passkey with. */
export async function offerPasskey(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agent, deskName, site, key }: { agent: Agent; deskName: string; site: PasskeySite; key: string },
) {
  const known = await listPasskeys(tx, deskId, agent.id);
  return await generateRegistrationOptions({
    ...{ rpName: deskName, rpID: site.hosts[0]!, userID: userHandleOf(deskId, agent.id) },
    ...{ userName: agent.email, userDisplayName: agent.name, attestationType: "none" },
    challenge: newChallenge(world, { purpose: addingFor(agent.id), key }),
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known.map(({ id }) => ({ id })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** Keeps the passkey that the browser made. False where the answer proves none, or it is there already. */
export async function keepPasskey(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, label, response, site, key }: Answer<RegistrationResponseJSON> & { agentId: string; label: string },
): Promise<boolean> {
  let challenge = "";
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: (given) => isOurChallenge((challenge = given), world, { purpose: addingFor(agentId), key }),
    expectedOrigin: site.origins,
    expectedRPID: site.hosts,
    supportedAlgorithmIDs: ALGORITHMS,
    requireUserVerification: true,
  }).catch(() => ({ verified: false as const, registrationInfo: undefined }));
  if (!verified || !registrationInfo || !(await answerChallenge(tx, world, deskId, challenge))) return false;
  const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
  return await addPasskey(tx, deskId, {
    ...{ id, agentId, label, counter, transports, publicKey: Buffer.from(publicKey) },
    ...{ rpId: registrationInfo.rpID ?? site.hosts[0]!, madeAt: world.clock.now() },
  });
}
