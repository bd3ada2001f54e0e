import { type DeskId, testDatabase, type TestDatabase, type Tx } from "@permanence/database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addAgent, type Agent, listAgents } from "./agent-store.ts";
import { authenticate, issueCredential, PRINTED_LINK_MS, removeCredential, SESSION_MS } from "./credential-store.ts";
import type { CredentialKind } from "./people-tables.ts";
import { useSignInLink } from "./sign-in-link.ts";
import { applyTestDesk, OTHER_DESK_YAML, START, testWorld } from "./test-desk.ts";

let database: TestDatabase;
let desk: DeskId;
let anne: Agent;
const ANNE = { email: "anne@agence.be", name: "Anne", role: "lead", language: "fr" } as const;
beforeAll(async () => {
  database = await testDatabase();
  desk = await applyTestDesk(database.db);
  anne = (await inDesk((tx) => addAgent(tx, testWorld("anne"), desk, ANNE)))!;
});
afterAll(() => database.close());

const inDesk = <T>(work: (tx: Tx) => Promise<T>) => database.db.transaction(desk, work);
const issue = (
  world: ReturnType<typeof testWorld>,
  kind: CredentialKind,
  lifetimeMs: number | null,
  agentId = anne.id,
) => inDesk((tx) => issueCredential(tx, world, desk, { agentId, kind, label: "test", lifetimeMs }));
const directorySize = async () =>
  (await database.db.directory.selectFrom("directory").select("key").where("kind", "=", "token").execute()).length;

test("an API token stands for its agent until it is taken away", async () => {
  const world = testWorld("api");
  const token = await issue(world, "api", null);
  world.clock.advance(100 * SESSION_MS);
  const session = await authenticate(database.db, world, token);
  expect(session).toMatchObject({ deskId: desk, agent: anne });
  expect(anne).toEqual({ ...ANNE, id: anne.id });

  const known = await directorySize();
  await inDesk((tx) => removeCredential(tx, desk, session!.credentialHash));
  expect(await authenticate(database.db, world, token)).toBeNull();
  expect(await directorySize()).toBe(known - 1);
});

test("a session ends after fourteen days", async () => {
  const world = testWorld("session");
  const token = await issue(world, "session", SESSION_MS);
  world.clock.advance(SESSION_MS - 1);
  expect(await authenticate(database.db, world, token)).not.toBeNull();
  world.clock.advance(1);
  expect(await authenticate(database.db, world, token)).toBeNull();
});

test("a sign-in link opens one session, once, and is no session itself", async () => {
  const world = testWorld("link");
  const link = await issue(world, "sign-in-link", PRINTED_LINK_MS);
  expect(await authenticate(database.db, world, link)).toBeNull();
  const outcomes = await Promise.all([1, 2, 3].map(() => useSignInLink(database.db, world, link)));
  const [signedIn, ...others] = outcomes.filter((outcome) => outcome !== null);
  expect(others).toEqual([]);
  expect(signedIn).toMatchObject({ deskId: desk, agent: anne });
  expect(await authenticate(database.db, world, signedIn!.sessionToken)).toMatchObject({ agent: anne });
  expect(await useSignInLink(database.db, world, link)).toBeNull();
});

test("a sign-in link that ran out opens nothing; neither does a session, an API token, or a word", async () => {
  const world = testWorld("no link");
  const link = await issue(world, "sign-in-link", PRINTED_LINK_MS);
  const session = await issue(world, "session", SESSION_MS);
  const api = await issue(world, "api", null);
  world.clock.advance(PRINTED_LINK_MS);
  for (const token of [link, session, api, "x", ""]) {
    expect(await useSignInLink(database.db, world, token)).toBeNull();
  }
});

test("who was disabled gets in no more, and is not listed", async () => {
  const world = testWorld("disabled");
  const bob = (await inDesk((tx) => addAgent(tx, world, desk, { ...ANNE, email: "bob@agence.be", name: "Bob" })))!;
  const [token, link] = [await issue(world, "api", null, bob.id), await issue(world, "sign-in-link", 1_000, bob.id)];
  expect((await inDesk((tx) => listAgents(tx, desk))).map(({ name }) => name)).toEqual(["Anne", "Bob"]);
  await inDesk((tx) =>
    tx
      .updateTable("agent")
      .set({ disabled_at: START })
      .where("desk_id", "=", desk)
      .where("agent_id", "=", bob.id)
      .execute(),
  );
  expect(await authenticate(database.db, world, token)).toBeNull();
  expect(await useSignInLink(database.db, world, link)).toBeNull();
  expect((await inDesk((tx) => listAgents(tx, desk))).map(({ name }) => name)).toEqual(["Anne"]);
});

test("what ran out is cleared away when the next is made", async () => {
  const world = testWorld("cleared");
  const known = await directorySize();
  await issue(world, "session", 1);
  await issue(world, "session", 1);
  expect(await directorySize()).toBe(known + 2);
  world.clock.advance(2 * SESSION_MS);
  await issue(world, "session", SESSION_MS);
  const left = await inDesk((tx) =>
    tx.selectFrom("credential").select("token_hash").where("desk_id", "=", desk).where("label", "=", "test").execute(),
  );
  const keys = left.map((row) => row.token_hash.toString("hex"));
  const directory = await database.db.directory
    .selectFrom("directory")
    .select("key")
    .where("kind", "=", "token")
    .execute();
  expect(directory.map(({ key }) => key).toSorted()).toEqual(expect.arrayContaining(keys) as string[]);
  expect(directory.length).toBeLessThanOrEqual(known + 1);
});

test("an e-mail address is one agent's of a desk, and may be another's of another desk", async () => {
  const world = testWorld("twice");
  expect(await inDesk((tx) => addAgent(tx, world, desk, { ...ANNE, name: "Other" }))).toBeNull();
  const other = await applyTestDesk(database.db, OTHER_DESK_YAML);
  expect(await database.db.transaction(other, (tx) => addAgent(tx, world, other, ANNE))).not.toBeNull();
});
