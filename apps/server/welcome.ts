import { fileURLToPath } from "node:url";
import { type Db, type DeskId, findDesks, openDatabase } from "@permanence/database";
import { assert, type World } from "@permanence/kernel";
import {
  addAgent,
  applyDesk,
  deskOf,
  issueCredential,
  listAgents,
  PRINTED_LINK_MS,
  readDeskFolder,
} from "@permanence/people";
import { TEMPLATES } from "@permanence/tickets";
import { findWebAddress } from "./running-service.ts";

const EXAMPLE_DESK = fileURLToPath(new URL("../../examples/whise", import.meta.url));
const FIRST_AGENT = { email: "admin@localhost", name: "Admin", role: "admin" } as const;

/** What a start says of what it serves. The link is null where no web server of the installation runs. */
export type Welcome = { desks: { name: string; mailboxes: string[] }[]; signInLink: string | null };

/**
 * Makes an empty installation one that can be used: the example desk, and a first agent. Gives a sign-in link for
 * the first desk's first administrator, at each start: whoever reads this program's output runs it.
 * @param ownAddress where browsers reach this process; null where it serves no pages
 */
export async function welcome(url: string, ownAddress: string | null, world: World): Promise<Welcome> {
  const db = await openDatabase({ url, maxConnections: 2, applicationName: "permanence start" });
  try {
    if ((await findDesks(db)).length === 0) await loadExampleDesk(db, world);
    const deskIds = await findDesks(db);
    const desks = await Promise.all(deskIds.map((deskId) => deskOf(db, deskId)));
    const web = ownAddress ?? (await findWebAddress(db));
    return {
      desks: desks.map(({ name, settings }) => ({ name, mailboxes: settings.mailboxes.map(({ address }) => address) })),
      signInLink: web && `${web}/sign-in?token=${await issueLink(db, world, deskIds[0]!)}`,
    };
  } finally {
    await db.close();
  }
}

async function loadExampleDesk(db: Db, world: World): Promise<void> {
  const files = await readDeskFolder(EXAMPLE_DESK);
  assert(files !== null, "the example desk ships with the program");
  const applied = await applyDesk(db, world, files, TEMPLATES);
  assert(!("errors" in applied), `the example desk is without mistakes: ${JSON.stringify(applied)}`);
}

async function issueLink(db: Db, world: World, deskId: DeskId): Promise<string> {
  return db.transaction(deskId, async (tx) => {
    const administrator = (await listAgents(tx, deskId)).find(({ role }) => role === "admin");
    const { settings } = await deskOf(db, deskId);
    const agent =
      administrator ?? (await addAgent(tx, world, deskId, { ...FIRST_AGENT, language: settings.languages[0]! }));
    assert(agent !== null, "the first agent's address is free where there is no administrator");
    return issueCredential(tx, world, deskId, {
      agentId: agent.id,
      kind: "sign-in-link",
      label: "start",
      lifetimeMs: PRINTED_LINK_MS,
    });
  });
}
