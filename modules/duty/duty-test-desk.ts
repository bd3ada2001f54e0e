import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Db, type DeskId, testDatabase, type Tx } from "@permanence/database";
import { fromIso, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import { addAgent, type Agent, applyDesk, type Desk, deskOf } from "@permanence/people";
import { openTicketChange, openTicketFor, replyToCustomer, TEMPLATES, type TicketChange } from "@permanence/tickets";
import { addChannel } from "./channel-store.ts";
import { sql } from "kysely";
import { type DutyWork, openDuty } from "./duty-work.ts";
import type { CallOutRow, PageRow } from "./duty-tables.ts";
import type { RotaDocument } from "./rota-document.ts";
import { saveRota } from "./rota-store.ts";

// For tests: a desk on a real database with people on duty, a clock that the test moves, and a gateway that takes pages.

/** Three o'clock on Christmas night in Brussels, in the fourth week of the rota. */
export const START = fromIso("2026-12-25T02:00:00Z")!;

export const DESK_YAML = `
slug: essai
name: Essai
languages: [fr, nl, en]
timeZone: Europe/Brussels
mailboxes: [{ address: aide@desk.example, name: Aide }]
company: { name: Essai SA }
calendars: { hours: { week: { mon: [["09:00", "18:00"]], fri: [["09:00", "18:00"]] }, holidays: ["12-25"] } }
workingCalendar: hours
staffing: { urgent: always }
policy:
  urgent: { target: 1 h, demands: delivered, waiting: 15 min }
  high: { target: 4 h, demands: presumed, waiting: 15 min }
  normal: { target: 24 h, demands: presumed, waiting: 15 min }
  low: { target: 24 h, demands: presumed, waiting: 15 min }
`;

export async function openDutyDesk(seed = "duty"): Promise<DutyDesk> {
  const { db, close } = await testDatabase();
  const clock = new VirtualClock(START);
  const world: World = { clock, random: seededRandom(seed) };
  const applied = await applyDesk(db, world, { deskYaml: DESK_YAML, templates: [] }, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const gateway = await openGateway();
  const person = (name: string, role: Agent["role"]) =>
    db.transaction(applied.deskId, async (tx) => {
      const email = `${name}@desk.example`;
      const agent = (await addAgent(tx, world, applied.deskId, { name, email, role, language: "en" }))!;
      const target = { url: `http://${gateway.host}/${name}`, secret: SECRET };
      await addChannel(tx, world, applied.deskId, { agentId: agent.id, kind: "webhook", label: "gateway", target });
      return agent;
    });
  const people = {
    ...{ anne: await person("anne", "agent"), bob: await person("bob", "agent") },
    ...{ carl: await person("carl", "agent"), lead: await person("lead", "lead") },
  };
  const { anne, bob, carl, lead } = people;
  await db.transaction(applied.deskId, (tx) =>
    saveRota(tx, world, applied.deskId, { name: "urgent", document: rota([[anne, bob], [carl]]), madeBy: lead.id }),
  );
  return new DutyDesk({ db, clock, world, gateway, people, desk: await deskOf(db, applied.deskId), closeDb: close });
}

type Parts = {
  db: Db;
  clock: VirtualClock;
  world: World;
  gateway: Awaited<ReturnType<typeof openGateway>>;
  people: Record<"anne" | "bob" | "carl" | "lead", Agent>;
  desk: Desk;
  closeDb: () => Promise<void>;
};

export class DutyDesk {
  readonly db: Db;
  readonly clock: VirtualClock;
  readonly world: World;
  readonly gateway: Parts["gateway"];
  readonly people: Parts["people"];
  readonly desk: Desk;
  readonly deskId: DeskId;
  readonly duty: DutyWork;
  readonly #closeDb: () => Promise<void>;

  constructor({ db, clock, world, gateway, people, desk, closeDb }: Parts) {
    [this.db, this.clock, this.world, this.gateway, this.people] = [db, clock, world, gateway, people];
    [this.desk, this.deskId, this.#closeDb] = [desk, desk.deskId, closeDb];
    const allowed = new Set([gateway.host]);
    this.duty = openDuty({ db, world, siteUrl: () => "http://desk.example", allowed, log: () => {} });
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.#closeDb();
  }

  /** Opens a ticket as on the phone, and does what follows. */
  async open(priority: "urgent" | "high" | "normal", subject = "Plus rien ne part"): Promise<string> {
    const { world, desk, people } = this;
    const ticketId = await this.db.transaction(this.deskId, async (tx) => {
      const opened = await openTicketFor(
        tx,
        { world, desk, agent: people.lead },
        {
          contact: { address: "lea@agence.example", name: "Léa Dubois" },
          ...{ subject, text: subject, priority, priorityReason: "She said so.", language: "fr", toldByPhone: false },
        },
      );
      const change = opened as TicketChange;
      change.save(tx);
      return change.ticket.ticket_id;
    });
    await this.work();
    return ticketId;
  }

  async change(ticketId: string, changing: (change: TicketChange, tx: Tx) => unknown): Promise<void> {
    await this.db.transaction(this.deskId, async (tx) => {
      const change = (await openTicketChange(tx, this.world, this.deskId, ticketId))!;
      await changing(change, tx);
      change.save(tx);
    });
    await this.work();
  }

  async reply(ticketId: string, agent: Agent): Promise<void> {
    const { world, desk } = this;
    await this.change(ticketId, (change, tx) =>
      replyToCustomer(tx, { world, desk, agent }, change, { text: "Nous regardons.", state: "open", messageId: null }),
    );
  }

  /** Lets minutes pass, and looks at each second's work once a minute. */
  async pass(minutes: number): Promise<void> {
    for (let i = 0; i < minutes; i++) {
      this.clock.advance(60_000);
      await this.work();
    }
  }

  /** Runs what waits, as the program's workers and sweeps would. */
  async work(): Promise<void> {
    await this.runJobs();
    await this.duty.carryOn(this.deskId);
    await this.runJobs();
  }

  /** @param fate of a job: "doubled" runs it twice, "killed" not at all; it stays, as a killed worker's does */
  async runJobs(fate: () => "done" | "doubled" | "killed" = () => "done"): Promise<void> {
    const { pool } = this.db;
    const { rows } = await pool.query<{ id: string; task: string; payload: unknown }>(
      `select j.id, t.identifier as task, j.payload from graphile_worker._private_jobs j
       join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier in ('attend-ticket', 'send-page') order by j.priority, j.id`,
    );
    for (const { id, task, payload } of rows) {
      const what = fate();
      if (what === "killed") continue;
      await this.duty.tasks[task]!(payload, { attempts: 1, maxAttempts: 25 });
      if (what === "doubled") await this.duty.tasks[task]!(payload, { attempts: 2, maxAttempts: 25 });
      await pool.query("delete from graphile_worker._private_jobs where id = $1", [id]);
    }
  }

  callOuts(): Promise<CallOutRow[]> {
    return this.db.transaction(this.deskId, (tx) =>
      tx.selectFrom("call_out").selectAll().orderBy("opened_at").execute(),
    );
  }

  pages(): Promise<PageRow[]> {
    return this.db.transaction(this.deskId, (tx) => tx.selectFrom("page").selectAll().orderBy("step").execute());
  }

  alerts(): Promise<{ kind: string; subject: string }[]> {
    return this.db.transaction(this.deskId, async (tx) => {
      const { rows } = await sql<{ kind: string; subject: string }>`select kind, subject from alert`.execute(tx);
      return rows;
    });
  }
}

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

export const rota = (levels: Agent[][], more: Partial<RotaDocument> = {}): RotaDocument => ({
  ...{ priorities: ["urgent", "high"], cover: "always" },
  levels: levels.map((people) => [
    { people: people.map(({ id }) => id), since: "2026-11-30", days: ["mon"], at: ["09:00"], hours: "always" },
  ]),
  ...more,
});

export type Got = { path: string; headers: Record<string, string>; body: string };

const kindOf = (body: string) => (JSON.parse(body) as { data: { kind: string } }).data.kind;

/** Takes pages as an SMS gateway would; whoever is in `broken` cannot be reached. */
async function openGateway() {
  const got: Got[] = [];
  const broken = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = request.url!.slice(1);
      if (broken.has(path)) return void response.writeHead(503).end();
      const text = Buffer.concat(chunks).toString();
      got.push({ path, headers: request.headers as Record<string, string>, body: text });
      response.writeHead(204).end();
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ got, broken, host: `127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) },
    /** Whom it called since it was last asked, with what for: "anne urgent". */
    calls: () => got.splice(0).map(({ path, body }) => `${path} ${kindOf(body)}`),
  };
}
