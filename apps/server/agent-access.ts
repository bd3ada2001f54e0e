import type { Db, DeskId, Tx } from "@permanence/database";
import { systemClock, systemRandom, type World } from "@permanence/kernel";
import {
  addAgent,
  type Agent,
  AGENT_LANGUAGES,
  deskOf,
  findAgentByEmail,
  issueCredential,
  normalAddress,
  PRINTED_LINK_MS,
  recordAudit,
  type Role,
  ROLES,
} from "@permanence/people";
import { chooseDesk } from "./chosen-desk.ts";
import { Refusal } from "./refusal.ts";

/** An agent as the command line describes them; what is null was left out. */
export type NewAgent = { email: string; name: string | null; role: Role; language: string | null };

type Given = { email: string | undefined; name: string | undefined; role: string; language: string | undefined };

export function readNewAgent({ email, name, role, language }: Given): NewAgent {
  const address = normalAddress(email ?? "");
  if (address === null) throw new Refusal(`--email takes the agent's mail address, not "${email ?? ""}".`, 2);
  return {
    email: address,
    name: name?.trim() || null,
    role: oneOf(ROLES, role, "role"),
    language: language === undefined ? null : oneOf(AGENT_LANGUAGES, language, "language"),
  };
}

function oneOf<T extends string>(words: readonly T[], word: string, option: string): T {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new Refusal(`--${option} takes one of ${words.join(", ")}, not "${word}".`, 2);
  return found;
}

export type Access = { token: string | null; agent: Agent; isNew: boolean };

/** Adds the agent where the desk does not have them yet, and makes a secret that stands for them.
 *  @param kind null: no secret is wanted */
export async function giveAccess(
  db: Db,
  deskSlug: string | null,
  wanted: NewAgent,
  kind: "api" | "sign-in-link" | null,
): Promise<Access> {
  const world: World = { clock: systemClock, random: systemRandom };
  const deskId = await chooseDesk(db, deskSlug);
  const { settings } = await deskOf(db, deskId);
  const lifetimeMs = kind === "api" ? null : PRINTED_LINK_MS;
  return await db.transaction(deskId, async (tx) => {
    const known = await findAgentByEmail(tx, deskId, wanted.email);
    const agent = known ?? (await add(tx, world, deskId, wanted, settings.languages[0]!));
    if (kind === null) return { agent, isNew: known === null, token: null };
    const credential = { agentId: agent.id, kind, label: "permanence agent add", lifetimeMs };
    if (kind === "api") {
      const record = { kind: "token-made", actorId: null, subject: `agent:${agent.id}` } as const;
      await recordAudit(tx, world, deskId, { ...record, data: { name: credential.label } });
    }
    return { agent, isNew: known === null, token: await issueCredential(tx, world, deskId, credential) };
  });
}

async function add(tx: Tx, world: World, deskId: DeskId, wanted: NewAgent, deskLanguage: string): Promise<Agent> {
  const { email, name, role } = wanted;
  if (name === null) throw new Refusal(`${email} is not an agent yet: give --name too.`, 2);
  const agent = await addAgent(tx, world, deskId, { email, name, role, language: wanted.language ?? deskLanguage });
  if (agent === null) throw new Refusal(`${email} was an agent here and is disabled.`);
  await recordAudit(tx, world, deskId, { kind: "agent-added", actorId: agent.id, data: { role } });
  return agent;
}
