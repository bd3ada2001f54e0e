import { join } from "node:path";
import { type Db, type DeskId, putBlob, testDatabase } from "@permanence/database";
import { fromIso, newId, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import { openMailReader, openSanitiser } from "@permanence/mail";
import {
  addAgent,
  applyDesk,
  beginCustomerSignIn,
  finishCustomerSignIn,
  issueCredential,
  readDeskFolder,
  type Role,
} from "@permanence/people";
import { openInboundMailReading, TEMPLATES } from "@permanence/tickets";
import { buildApi } from "./api.ts";
import { openLiveEvents } from "./live-events.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/whise");

export type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  /** Null: nobody. */
  as?: string | null;
};

export type TestApi = Awaited<ReturnType<typeof openTestApi>>;

/** For tests: the whole API on a database of its own, with the example desk (whise) and another one. */
export async function openTestApi(seed: string) {
  const clock = new VirtualClock(fromIso("2026-11-23T13:02:01Z")!);
  const world: World = { clock, random: seededRandom(seed), site: { url: "http://desk.example" } };
  const database = await testDatabase();
  const { db } = database;
  const events = await openLiveEvents(db);
  const sanitiser = openSanitiser({ log: () => {} });
  const reader = openMailReader();
  const api = buildApi({
    ...{ db, world, events, sanitiser, reader, outgoing: "mailroom", caps: true },
    relayHost: null,
    secretKey: "a key for tests",
    webhookAllow: new Set<string>(),
    imap: { passwordOf: () => null, maxSizeBytes: 1_000_000 },
    publicUrl: () => "http://desk.example",
    log: () => {},
    heartbeatMs: 100,
  });
  const files = (await readDeskFolder(EXAMPLE))!;
  const deskId = await applied(files.deskYaml);
  const otherDeskId = await applied(
    files.deskYaml.replace("slug: whise", "slug: other").replaceAll("helpdesk@whise.eu", "aide@other.example"),
  );

  async function applied(deskYaml: string): Promise<DeskId> {
    const desk = await applyDesk(db, world, { ...files, deskYaml }, TEMPLATES);
    if ("errors" in desk) throw new Error(JSON.stringify(desk.errors));
    return desk.deskId;
  }

  const people = peopleOf(db, world, deskId);
  const [token, otherToken] = [await people.tokenOf("agent"), await people.tokenOf("agent", otherDeskId)];

  return {
    ...{
      db,
      clock,
      world,
      api,
      deskId,
      otherDeskId,
      ...people,
      token,
      otherToken,
    },
    call: (method: string, path: string, options: CallOptions = {}) =>
      call(api, method, path, { as: token, ...options }),
    /** The mail as SMTP keeps it, read to its end. Answers its id. */
    async receive(text: string): Promise<string> {
      const mail = await keepMail(db, world, deskId, Buffer.from(text.replaceAll("\n", "\r\n")));
      await openInboundMailReading({ db, world, reader, caps: true })(mail);
      return mail.inboundMailId;
    },
    async close() {
      await events.close();
      await sanitiser.close();
      await reader.close();
      await database.close();
    },
  };
}

/** Makes people of a desk, and what they sign in with. */
function peopleOf(db: Db, world: World, deskId: DeskId) {
  /** A new agent's token. */
  function tokenOf(role: Role, desk = deskId): Promise<string> {
    return db.transaction(desk, async (tx) => {
      const person = { email: `${newId(world)}@desk.example`, name: "An Peeters", role, language: "fr" };
      const agent = await addAgent(tx, world, desk, person);
      return issueCredential(tx, world, desk, { agentId: agent!.id, kind: "api", label: "test", lifetimeMs: null });
    });
  }

  /** A new agent with this address; its id. */
  function agentOf(role: Role, email: string, desk = deskId): Promise<string> {
    return db.transaction(desk, async (tx) => {
      const agent = await addAgent(tx, world, desk, { email, name: "Eva Maes", role, language: "nl" });
      return agent!.id;
    });
  }

  /** The token of a link that signs this agent in. */
  function linkOf(agentId: string, desk = deskId): Promise<string> {
    const link = { agentId, kind: "sign-in-link", label: "test", lifetimeMs: 60_000 } as const;
    return db.transaction(desk, (tx) => issueCredential(tx, world, desk, link));
  }

  /** How many mails were put into the outbox for this address. */
  async function mailsTo(address: string): Promise<number> {
    const rows = await db.transaction(deskId, (tx) =>
      tx.selectFrom("outgoing_mail").select("outgoing_mail_id").where("to_address", "=", address).execute(),
    );
    return rows.length;
  }

  /** The token of a customer who signed in with this address. */
  async function customerTokenOf(address: string, desk = deskId): Promise<string> {
    const asked = { address, language: "fr", perHour: 1_000_000 };
    const secrets = await db.transaction(desk, (tx) => beginCustomerSignIn(tx, world, desk, asked));
    return (await finishCustomerSignIn(db, world, desk, { token: secrets!.link }))!;
  }

  return { tokenOf, agentOf, linkOf, mailsTo, customerTokenOf };
}

type Api = ReturnType<typeof buildApi>;

async function call(api: Api, method: string, path: string, { body, headers, as = null }: CallOptions) {
  const response = await api.request(`/api/v1${path}`, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text || null };
}

async function keepMail(db: Db, world: World, deskId: DeskId, bytes: Buffer) {
  const inboundMailId = newId(world);
  await db.transaction(deskId, async (tx) => {
    const { mailbox_id } = await tx.selectFrom("mailbox").select("mailbox_id").executeTakeFirstOrThrow();
    const envelope = {
      envelope_from: "zoe@agence.example",
      envelope_to: ["helpdesk@whise.eu"],
      remote_ip: "127.0.0.1",
    };
    const [size_bytes, sha256, received_at] = [bytes.length, putBlob(tx, deskId, bytes), world.clock.now()];
    const keys = { desk_id: deskId, inbound_mail_id: inboundMailId, mailbox_id };
    await tx
      .insertInto("inbound_mail")
      .values({ ...keys, ...envelope, received_at, size_bytes, sha256 })
      .execute();
  });
  return { deskId, inboundMailId, sizeBytes: bytes.length };
}
