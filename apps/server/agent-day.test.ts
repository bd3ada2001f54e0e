import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
type Named = { name: string; state: string; type: string };
let an: string;
let bob: string;
let lead: string;
beforeAll(async () => {
  service = await openTestApi("agent-day");
  [an, bob, lead] = [await service.tokenOf("agent"), await service.tokenOf("agent"), await service.tokenOf("lead")];
});
afterAll(() => service?.close());

const as =
  (who: string) =>
  (method: string, path: string, body?: unknown, headers = {}) =>
    service.call(method, path, { as: who, headers, ...(body !== undefined && { body }) });

async function openTicket(): Promise<string> {
  const opened = await as(an)("POST", "/tickets", {
    ...{ contact: { address: "lea@agence.example" }, subject: "Plus rien", text: "Aidez-moi." },
  });
  return opened.body.id;
}

async function countOf(who: string, view: string): Promise<number> {
  const { body } = await as(who)("GET", "/ticket-views");
  return body.items.find(({ id }: { id: string }) => id === view).count;
}

test("the counts of every agent's views follow a change at once", async () => {
  const id = await openTicket();
  const [before, mine] = [await countOf(an, "nobody"), await countOf(an, "mine")];
  const me = (await as(an)("GET", "/me")).body.agent.id;
  await as(bob)("PATCH", `/tickets/${id}`, { assigneeId: me });
  await expect.poll(() => countOf(an, "mine")).toBe(mine + 1);
  expect(await countOf(an, "nobody")).toBe(before - 1);
  expect(await countOf(bob, "mine")).toBe(0);
  expect((await as(an)("GET", "/tickets?view=mine")).body.items.map((each: { id: string }) => each.id)).toContain(id);
  await as(an)("PUT", `/tickets/${id}/snooze`, { until: "reply" });
  await expect.poll(() => countOf(an, "mine")).toBe(mine);
  expect(await countOf(an, "snoozed")).toBe(1);
});

test("a reply to what was added to in the meantime is not sent before its writer has seen it", async () => {
  const id = await openTicket();
  const [{ id: seen }] = (await as(an)("GET", `/tickets/${id}/messages`)).body.items;
  const reply = (who: string, text: string, more = {}) => {
    service.clock.advance(1_000); // Of one instant, a list shows them in no order.
    return as(who)("POST", `/tickets/${id}/messages`, { kind: "agent", text, seen, ...more });
  };
  expect((await reply(bob, "Je regarde.")).status).toBe(201);
  const refused = await reply(an, "Moi aussi.");
  expect(refused).toMatchObject({
    status: 409,
    body: { title: "Something was added", added: [{ kind: "agent", text: "Je regarde." }] },
  });
  expect((await as(an)("GET", `/tickets/${id}/messages`)).body.items.length).toBe(2);
  expect((await reply(bob, "Encore moi.")).status).toBe(201); // One's own words are known to oneself.
  const newest = (await as(an)("GET", `/tickets/${id}/messages`)).body.items.at(-1).id;
  expect((await reply(an, "Moi aussi.", { seen: newest })).status).toBe(201);
  expect((await reply(an, "Sans regarder.", { seen: undefined })).status).toBe(201);
});

test("who else is there is told across agents, and forgotten when they leave", async () => {
  const id = await openTicket();
  const say = async (who: string, state: string) =>
    (await as(who)("PUT", `/tickets/${id}/presence`, { state })).body.others.map((each: Named) => each.state);
  await say(an, "looking");
  await say(bob, "typing");
  await expect.poll(() => say(an, "looking")).toEqual(["typing"]);
  await say(bob, "gone");
  await expect.poll(() => say(an, "looking")).toEqual([]);
});

test("shared views are a lead's to make, and everybody's to see; one's own are one's own", async () => {
  const words = { name: "Urgents", filter: { priorities: ["urgent"] } };
  expect((await as(an)("POST", "/shared-ticket-views", words)).status).toBe(403);
  const shared = (await as(lead)("POST", "/shared-ticket-views", words)).body;
  const own = (await as(an)("POST", "/ticket-views", { ...words, name: "À moi" })).body;
  const names = async (who: string) =>
    (await as(who)("GET", "/ticket-views")).body.items.flatMap(({ name }: { name: string | null }) => name ?? []);
  expect([await names(an), await names(bob)]).toEqual([["Urgents", "À moi"], ["Urgents"]]);
  expect((await as(bob)("DELETE", `/ticket-views/${own.id}`)).status).toBe(404);
  expect((await as(an)("DELETE", `/ticket-views/${shared.id}`)).status).toBe(404);
  const put = (version: number) =>
    as(lead)("PUT", `/shared-ticket-views/${shared.id}`, { ...words, name: "Feu" }, { "if-match": `"${version}"` });
  expect((await put(7)).status).toBe(412);
  expect(await put(1)).toMatchObject({ status: 200, body: { name: "Feu", version: 2 } });
  expect((await service.call("GET", "/ticket-views", { as: service.otherToken })).body.items.length).toBe(7);
});

test.each([
  ["a letter twice", { a: "r" }, 400],
  ["more than one character", { a: "ab" }, 400],
  ["a space", { a: " " }, 400],
  ["two that change places", { a: "r", r: "a" }, 200],
  ["another letter", { a: "m" }, 200],
])("keys: %s", async (_, keys, status) => {
  expect((await as(an)("PUT", "/me/keys", { enabled: false, keys })).status).toBe(status);
  if (status === 200) expect((await as(an)("GET", "/me/keys")).body).toEqual({ enabled: false, keys });
});

test("tags are found by how they begin, renamed for all at once, and merged", async () => {
  const id = await openTicket();
  const tag = (name: string) => as(an)("POST", "/tags", { name });
  const [bill, twin] = [(await tag("Facture")).body, (await tag("Facturation")).body];
  expect((await tag("FACTURE")).body.id).toBe(bill.id);
  expect((await as(an)("GET", "/tags?q=factur")).body.items.map((each: Named) => each.name)).toEqual([
    "Facturation",
    "Facture",
  ]);
  await as(an)("PUT", `/tickets/${id}/tags`, { tagIds: [bill.id, twin.id] });
  expect((await as(lead)("PUT", `/tag-settings/${bill.id}`, { name: "Facturation" })).status).toBe(409);
  await as(lead)("PUT", `/tag-settings/${bill.id}`, { name: "Argent", colour: "green" });
  expect((await as(an)("POST", `/tag-settings/${twin.id}/merger`, { into: bill.id })).status).toBe(403);
  await as(lead)("POST", `/tag-settings/${twin.id}/merger`, { into: bill.id });
  expect((await as(an)("GET", `/tickets/${id}`)).body.tags).toEqual([{ id: bill.id, name: "Argent", colour: "green" }]);
  const events = (await as(an)("GET", `/tickets/${id}/events`)).body.items;
  expect(events.findLast(({ type }: Named) => type === "tagged").data.added).toEqual(["Facture", "Facturation"]);
});

test("a rule may go by what the customer answered on the form", async () => {
  const { id: agentId } = (await as(bob)("GET", "/me")).body.agent;
  const rule = { name: "Souhaits", when: { signs: ["kind:wish"] }, give: { agentId } };
  expect((await as(an)("PUT", "/assignment-rules", { rules: [rule] })).status).toBe(403);
  expect((await as(lead)("PUT", "/assignment-rules", { rules: [rule] })).status).toBe(200);
  const send = async (kind: string, key: string) => {
    const body = {
      email: "ole@agence.example",
      language: "fr",
      subject: "Une idée",
      text: "Un tri par prix.",
      answers: { kind },
    };
    const headers = { "idempotency-key": `a key that is long enough ${key}` };
    const sent = await service.call("POST", "/desks/whise/requests", { as: null, body, headers });
    const { items } = (await as(an)("GET", `/tickets?state=all&q=${sent.body.number}`)).body;
    return items[0].assignee?.id ?? null;
  };
  expect(await send("wish", "1")).toBe(agentId);
  expect(await send("question", "2")).toBeNull();
  const preview = (await as(lead)("POST", "/assignment-rules/previews", { rules: [rule] })).body;
  expect(preview.items).toMatchObject([{ name: "Souhaits", count: 1 }]);
});
