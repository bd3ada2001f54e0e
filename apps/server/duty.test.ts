import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let lead: string;
let agentId: string;
beforeAll(async () => {
  service = await openTestApi("duty");
  lead = await service.tokenOf("lead");
  agentId = (await service.call("GET", "/me", { as: lead })).body.agent.id;
});
afterAll(() => service?.close());

const put = (name: string, body: unknown, headers = {}) =>
  service.call("PUT", `/rotas/${name}`, { as: lead, body, headers });
const rota = (more: object = {}, rotation: object = {}) => ({
  ...{ priorities: ["urgent"], cover: "always", ...more },
  levels: [[{ people: [agentId], since: "2026-11-02", days: ["mon"], at: ["09:00"], ...rotation }]],
});
const post = (path: string, body: unknown) => service.call("POST", path, { as: lead, body });
const stretch = (day: number) => ({ from: `2026-12-${day}T08:00:00Z`, until: `2026-12-${day}T18:00:00Z` });

test.each([
  ["without people", () => rota({}, { people: [] }), 400, /without people calls nobody/],
  ["without levels", () => ({ ...rota(), levels: [] }), 400, /without people calls nobody/],
  ["on a day that does not exist", () => rota({}, { since: "2026-02-30" }), 400, /day that exists/],
  ["with times that go back", () => rota({}, { at: ["18:00", "09:00"] }), 400, /ascending/],
  ["by a calendar that is not there", () => rota({ cover: "lost" }), 422, /no calendar "lost".*Nothing was saved/],
  [
    "of somebody who does not work here",
    () => rota({}, { people: ["00000000-0000-7000-8000-000000000000"] }),
    422,
    /does not work/,
  ],
])("a rota %s is refused in a sentence", async (_, body, status, sentence) => {
  const answer = await put("urgent", body());
  expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(sentence) } });
  expect((await service.call("GET", "/rotas", { as: lead })).body.items).toEqual([]);
});

test("a rota is made, changed at the version that was seen, and keeps its priorities to itself", async () => {
  expect(await put("urgent", rota())).toMatchObject({ status: 200, body: { version: 1 } });
  expect(await put("urgent", rota(), { "if-match": '"7"' })).toMatchObject({ status: 412 });
  expect(await put("others", rota())).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("urgent") },
  });
  const duty = await service.call("GET", "/duty?at=2026-12-25T02:00:00Z", { as: lead });
  expect(duty.body.items[0]).toMatchObject({ priority: "urgent", rota: "urgent", agent: { id: agentId }, until: null });
  expect(duty.body.items[3]).toMatchObject({ priority: "low", rota: null, agent: null });
});

test("overrides that overlap are refused by whom and when; taken back, the time is free again", async () => {
  const wanted = { rota: "urgent", agentId, ...stretch(10) };
  const made = await post("/duty/overrides", wanted);
  expect(made.status).toBe(201);
  const again = await post("/duty/overrides", {
    ...wanted,
    from: "2026-12-10T17:59:00Z",
    until: "2026-12-11T00:00:00Z",
  });
  expect(again).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/An Peeters .*2026-12-10T08:00.*Nothing was saved/) },
  });
  expect(await post("/duty/overrides", { ...wanted, ...{ from: wanted.until, until: wanted.from } })).toMatchObject({
    status: 422,
  });
  const removed = await service.call("DELETE", `/duty/overrides/${made.body.id}`, { as: lead });
  expect(removed.status).toBe(204);
  expect((await post("/duty/overrides", wanted)).status).toBe(201);
});

test("a swap of one person's own stretches, or of overlapping ones, is refused", async () => {
  const swap = { rota: "urgent", first: stretch(20), second: stretch(21) };
  expect(await post("/duty/swaps", swap)).toMatchObject({
    status: 422,
    body: { detail: expect.stringMatching(/same person/) },
  });
  expect(await post("/duty/swaps", { ...swap, second: stretch(20) })).toMatchObject({
    status: 422,
    body: { detail: expect.stringMatching(/overlap/) },
  });
});

test("a calendar program reads an agent's shifts by the address alone, until another is made", async () => {
  const feed = new URL((await service.call("POST", "/me/duty-feed", { as: lead })).body.url).pathname.replace(
    "/api/v1",
    "",
  );
  const read = await service.call("GET", feed, { as: null });
  expect(read.headers.get("content-type")).toMatch(/^text\/calendar/);
  expect(read.body).toMatch(
    /^BEGIN:VCALENDAR[\s\S]*BEGIN:VEVENT[\s\S]*SUMMARY:Whise Helpdesk: urgent[\s\S]*END:VCALENDAR/,
  );
  await service.call("POST", "/me/duty-feed", { as: lead });
  expect((await service.call("GET", feed, { as: null })).status).toBe(404);
});

test.each(["https://127.0.0.1/", "https://[::1]/", "http://agence.be/", "https://169.254.169.254/"])(
  "a webhook at %s is refused",
  async (url) => {
    const answer = await post("/me/page-channels", { kind: "webhook", label: "SMS", url });
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringMatching(/Nothing was saved/) } });
  },
);
