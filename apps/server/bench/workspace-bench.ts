import { setTimeout as wait } from "node:timers/promises";
import { findDesks, findRunningEmbedded, openDatabase } from "@permanence/database";
import { seededRandom, systemClock, systemRandom } from "@permanence/kernel";
import { addAgent, issueCredential } from "@permanence/people";
import { fillDesk } from "./filled-desk.ts";
import { startFreshInstallation } from "./fresh-installation.ts";
import { Latencies } from "./latencies.ts";

type Quantiles = { count: number; p50: number | null; p95: number | null; worst: number | null };

/** How long the server takes for what agents open, in milliseconds: whole pages as a browser gets them, and the API's answers. */
export type WorkspaceBench = {
  tickets: number;
  pages: Record<PageKind, Quantiles>;
  api: Record<ApiKind, Quantiles>;
  /** From the answer to one agent's change to its event at another's. */
  live: Quantiles;
};

const AGENTS = 20;
const OPEN = 2_000;
const SECONDS = 60;
const THINK_MS = 1_000; // On average: each agent opens something every second, far quicker than people read.
const CHANGES = 100;
const WARM_UP_ROUNDS = 5;

type PageKind = "queue" | "view" | "ticket";
type ApiKind = "list" | "counts" | "ticket" | "messages" | "events";

/** Measures installations of their own with so many tickets each, one after the other. */
export async function benchWorkspace(counts: number[], report: (line: string) => void): Promise<WorkspaceBench[]> {
  const results: WorkspaceBench[] = [];
  for (const tickets of counts) results.push(await measure(tickets, report));
  return results;
}

async function measure(tickets: number, report: (line: string) => void): Promise<WorkspaceBench> {
  const installation = await startFreshInstallation(9, { role: "lead" }); // Nothing is sent; port 9 discards.
  try {
    const tokens = await prepare(installation.dataDir, tickets, report);
    const ids = await findOpenTickets(installation.web, tokens[0]!);
    const desk = { web: installation.web, ids };
    for (let round = 0; round < WARM_UP_ROUNDS; round++) await openEverything(desk, tokens[0]!, round);
    report(`${AGENTS} agents work for ${SECONDS} s.`);
    const measured = await work(desk, tokens);
    report(`${CHANGES} changes, seen by another.`);
    const live = await measureLive(desk, tokens);
    return { tickets, ...measured, live };
  } finally {
    await installation.stop();
  }
}

/** Makes the agents and fills the desk. @returns a session's token of each agent */
async function prepare(dataDir: string, tickets: number, report: (line: string) => void): Promise<string[]> {
  const server = await findRunningEmbedded(dataDir);
  const db = await openDatabase({ url: server!.url, maxConnections: 4, applicationName: "permanence bench" });
  try {
    const [deskId] = await findDesks(db);
    const world = { clock: systemClock, random: systemRandom };
    const tokens = await db.transaction(deskId!, async (tx) => {
      const made: string[] = [];
      for (let n = 1; n <= AGENTS; n++) {
        const person = {
          email: `agent${n}@agents.example`,
          name: `Agent ${n}`,
          role: "agent",
          language: "fr",
        } as const;
        const { id: agentId } = (await addAgent(tx, world, deskId!, person))!;
        made.push(
          await issueCredential(tx, world, deskId!, { agentId, kind: "session", label: "bench", lifetimeMs: null }),
        );
      }
      return made;
    });
    await fillDesk(db, deskId!, { tickets, open: Math.min(OPEN, tickets), until: systemClock.now() }, report);
    return tokens;
  } finally {
    await db.close();
  }
}

type Desk = { web: string; ids: string[] };

async function findOpenTickets(web: string, token: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const path: string = `/api/v1/tickets?limit=100${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = (await (await get(web, token, path)).json()) as { items: { id: string }[]; next: string | null };
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== null && ids.length < OPEN);
  return ids;
}

function get(web: string, token: string, path: string): Promise<Response> {
  return fetch(`${web}${path}`, { headers: { cookie: `permanence_session=${token}` } });
}

/** Milliseconds until the answer is there, whole. */
async function time(web: string, token: string, path: string): Promise<number> {
  const startMs = performance.now();
  const response = await get(web, token, path);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
  return performance.now() - startMs;
}

const VIEWS = ["new", "open", "waiting", "on-hold", "closed", "all"];

function pathsOf({ ids }: Desk, n: number) {
  const id = ids[(n * 7919) % ids.length]!;
  const view = VIEWS[n % VIEWS.length]!;
  const pages: Record<PageKind, string> = { queue: "/queue", view: `/queue?state=${view}`, ticket: `/tickets/${id}` };
  const api: Record<ApiKind, string> = {
    ...{ list: "/api/v1/tickets", counts: "/api/v1/tickets/counts", ticket: `/api/v1/tickets/${id}` },
    ...{ messages: `/api/v1/tickets/${id}/messages`, events: `/api/v1/tickets/${id}/events` },
  };
  return { pages, api };
}

async function openEverything(desk: Desk, token: string, n: number): Promise<void> {
  const { pages, api } = pathsOf(desk, n);
  for (const path of [...Object.values(pages), ...Object.values(api)]) await time(desk.web, token, path);
}

async function work(desk: Desk, tokens: string[]): Promise<Pick<WorkspaceBench, "pages" | "api">> {
  const measured = new Map<string, Latencies>();
  const until = performance.now() + SECONDS * 1000;
  const agentAtWork = async (token: string, place: number) => {
    const random = seededRandom(`agent ${place}`);
    for (let n = place * 1000; performance.now() < until; n++) {
      await wait((Buffer.from(random.bytes(1))[0]! / 128) * THINK_MS);
      const { pages, api } = pathsOf(desk, n);
      const all = [
        ...Object.entries(pages),
        ...Object.entries(api).map(([kind, path]) => [`api ${kind}`, path] as const),
      ];
      const [kind, path] = all[n % all.length]!;
      const latencies = measured.get(kind) ?? new Latencies();
      measured.set(kind, latencies);
      latencies.add(await time(desk.web, token, path));
    }
  };
  await Promise.all(tokens.map(agentAtWork));
  const { pages, api } = pathsOf(desk, 0);
  const of = <K extends string>(kinds: Record<K, string>, prefix = "") =>
    Object.fromEntries(
      Object.keys(kinds).map((kind) => [kind, quantilesOf(measured.get(prefix + kind) ?? new Latencies())]),
    ) as Record<K, Quantiles>;
  return { pages: of(pages), api: of(api, "api ") };
}

/** One agent notes something; another's event stream tells of it. */
async function measureLive({ web, ids }: Desk, tokens: string[]): Promise<Quantiles> {
  const latencies = new Latencies();
  const stream = await get(web, tokens[1]!, "/api/v1/events");
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  const awaitTicket = async (id: string) => {
    while (!seen.includes(id)) seen += (await reader.read()).value ?? "";
    seen = "";
  };
  for (let n = 0; n < CHANGES; n++) {
    const id = ids[n % ids.length]!;
    const arrives = awaitTicket(id);
    const response = await fetch(`${web}/api/v1/tickets/${id}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${tokens[0]!}`, "content-type": "application/json" },
      body: JSON.stringify({ kind: "note", text: "Vu." }),
    });
    if (!response.ok) throw new Error(`a note was answered with ${response.status}`);
    const answeredMs = performance.now();
    await response.arrayBuffer();
    await arrives;
    latencies.add(Math.max(0, performance.now() - answeredMs));
  }
  await reader.cancel();
  return quantilesOf(latencies);
}

function quantilesOf(latencies: Latencies): Quantiles {
  const [p50, p95, worst] = [0.5, 0.95, 1].map((share) => latencies.quantile(share));
  return { count: latencies.count, p50: p50!, p95: p95!, worst: worst! };
}
