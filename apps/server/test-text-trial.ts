import type { FurnishedApi } from "./test-furnished-api.ts";
import { type Described, textPlacesOf } from "./test-samples.ts";

// For tests: whether the API gives a text back as it came, or says in a sentence why it does not take it.

type Place = (string | number)[];
type Trial = { operation: Described; place: Place };
type Answer = { status: number; body: unknown };

/** Where texts are never shown again: secrets, what leads to a mail, and what waits for somebody's decision. */
const NOT_SHOWN =
  /^\w+ \/(sessions|sign-in-links|desks\/\{slug\}\/customer-s|relay-probes|incidents\/\{id\}\/replies|api-tokens|my\/service-comments|suggestions ticket|suggestions\/\{id\}\/moderation)/;

type Get = (path: string) => Promise<unknown>;
type Read = (get: Get, address: string, answer: Answer) => Promise<unknown[]>;

const WHERE_TICKETS_SPEAK = ["", "/messages", "/events", "/triage"];
const ticket = (get: Get, path: string) => Promise.all(WHERE_TICKETS_SPEAK.map((rest) => get(path + rest)));

/** Where what was taken is read again, by the address that took it. */
const READERS: [address: RegExp, read: Read][] = [
  [/^\/(tickets|inbound-mails\/[^/]+\/ticket)$/, (get, _, { body }) => ticket(get, `/tickets/${idIn(body)}`)],
  [/^\/tickets\/[^/]+/, (get, address) => ticket(get, thingOf(address))],
  [/^\/incidents\/[^/]+/, async (get, address) => [await get(thingOf(address))]],
  [/\/requests$/, newestTicket],
];

async function newestTicket(get: Get): Promise<unknown[]> {
  const { items } = (await get("/tickets?state=all&order=newest&limit=1")) as { items: { id: string }[] };
  return await ticket(get, `/tickets/${items[0]!.id}`);
}

/** Every operation that takes a JSON body, with each place of a text in it. */
export function textTrials({ operations, document }: FurnishedApi): Trial[] {
  return operations.flatMap((operation) => {
    const places = operation.body === null ? [] : textPlacesOf(operation.body, document);
    return places.map((place) => ({ operation, place }));
  });
}

let tried = 0;

/** Sends each text in each place. @returns the names of the places that took one, and what was wrong */
export async function tryEach(api: FurnishedApi, trials: Trial[], texts: string[]) {
  const taken = new Set<string>();
  const faults: string[] = [];
  for (const text of texts) {
    for (const trial of trials) {
      // Whatever else says the same must not be taken for it; and the newest is the newest by a second.
      const { isTaken, fault } = await tryText(api, trial, `${text} ${++tried}`);
      api.service.clock.advance(1_000);
      if (isTaken) taken.add(nameOf(trial));
      if (fault !== null) faults.push(fault);
    }
  }
  return { taken, faults };
}

/** `fault` is what is wrong with the answer, null where nothing is. */
type Outcome = { isTaken: boolean; fault: string | null };

const tokens = new WeakMap<FurnishedApi, Map<boolean, string>>();

/** One token each for all trials: a new person for each of thousands would make every later one slower. */
async function tokenFor(api: FurnishedApi, isForCustomers: boolean, { anew = false } = {}): Promise<string> {
  const known = tokens.get(api) ?? new Map<boolean, string>();
  tokens.set(api, known);
  const token = anew ? undefined : known.get(isForCustomers);
  const { service } = api;
  const used =
    token ?? (isForCustomers ? await service.customerTokenOf("zoe@elsewhere.example") : await service.tokenOf("admin"));
  known.set(isForCustomers, used);
  return used;
}

/** Sends a text in a place, and looks for it where it should be. */
async function tryText(api: FurnishedApi, { operation, place }: Trial, text: string): Promise<Outcome> {
  const { service } = api;
  const { method, path } = operation;
  const address = await addressFor(api, operation);
  const body = withText(api.bodyOf(operation, { whole: true }), place, text);
  const isForCustomers = path.startsWith("/my");
  const headers = { "idempotency-key": `a key of trial number ${tried}` };
  const send = async (as: string) => await service.call(method, address, { as, body, headers });
  let as = await tokenFor(api, isForCustomers);
  let answer = await send(as);
  if (answer.status === 401) {
    // What was tried before ended that session.
    as = await tokenFor(api, isForCustomers, { anew: true });
    answer = await send(as);
  }
  const isTaken = answer.status < 300;
  const fine = { isTaken, fault: null };
  const fault = (what: string) => ({
    isTaken,
    fault: `${nameOf({ operation, place })} ${JSON.stringify(text)}: ${what}`,
  });
  if (answer.status >= 500) return fault(String(answer.status));
  if (!isTaken) return isSentence(answer.body) ? fine : fault(JSON.stringify(answer.body));
  if (NOT_SHOWN.test(nameOf({ operation, place })) || holds(answer.body, text)) return fine;
  const get: Get = async (reading) => (await service.call("GET", reading, { as })).body;
  const [, read] = READERS.find(([pattern]) => pattern.test(address)) ?? [];
  if (read !== undefined && holds(await read(get, address, answer), text)) return fine;
  return fault(`${answer.status}, and it is nowhere: ${JSON.stringify(answer.body)?.slice(0, 300)}`);
}

export function nameOf({ operation, place }: Trial): string {
  return `${operation.method} ${operation.path} ${place.join(".")}`;
}

/** What can happen to a thing only once happens to a new one. */
async function addressFor(api: FurnishedApi, operation: Described): Promise<string> {
  const { path } = operation;
  if (path === "/inbound-mails/{id}/ticket")
    return path.replace("{id}", await api.service.receive(`Subject: Qui\n\nQui suis-je, ${tried} ?\n`));
  if (path.startsWith("/tickets/{id}")) await api.service.call("DELETE", `/tickets/${api.owned["ticket"]}/closure`);
  if (path !== "/incidents/{id}/resolution") return api.addressOf(operation);
  const body = { title: { fr: "Panne" } };
  const incident = await api.service.call("POST", "/incidents", { as: await tokenFor(api, false), body });
  return path.replace("{id}", idIn(incident.body));
}

/** Asks for a text in each place of an address: as a name in its path, and in what may be asked for. @returns what failed, or
 *  was refused without a sentence */
export async function askForEach({ service, operations, addressOf }: FurnishedApi, texts: string[]): Promise<string[]> {
  const as = await service.tokenOf("admin");
  const faults: string[] = [];
  for (const operation of operations.filter(({ method, path }) => method === "GET" && path !== "/events")) {
    for (const { name, in: place, schema } of operation.parameters) {
      if (place === "header" || schema.enum || schema.format) continue;
      for (const text of texts) {
        const filled = encodeURIComponent(text) || "%20";
        const named = { ...operation, path: operation.path.replace(`{${name}}`, filled) };
        const address = addressOf(place === "path" ? named : operation);
        const asked = place === "query" ? `${address}${address.includes("?") ? "&" : "?"}${name}=${filled}` : address;
        const { status, body } = await service.call("GET", asked, { as });
        if (status >= 500 || (status >= 400 && !isSentence(body))) faults.push(`${asked}: ${status}`);
      }
    }
  }
  return faults;
}

function withText(body: unknown, [key, ...rest]: Place, text: string): unknown {
  if (key === undefined) return text;
  const held = body as Record<string | number, unknown>;
  const inner = withText(held[key], rest, text);
  return Array.isArray(body) ? body.toSpliced(Number(key), 1, inner) : { ...held, [key]: inner };
}

function isSentence(body: unknown): boolean {
  const { title, detail } = (body ?? {}) as { title?: string; detail?: string };
  return Boolean(title) && /\S+ \S+/.test(detail ?? "");
}

/** Whether a text stands in an answer, whole. White space around it means nothing in any field. */
function holds(body: unknown, text: string): boolean {
  if (typeof body === "string") return body === text || body.trim() === text.trim();
  if (typeof body !== "object" || body === null) return false;
  return Object.values(body).some((inner) => holds(inner, text));
}

const idIn = (body: unknown) => (body as { id: string }).id;
const thingOf = (address: string) => address.split("/").slice(0, 3).join("/");
