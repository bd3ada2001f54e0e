import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let as: string;
beforeAll(async () => {
  service = await openTestApi("policies");
  as = await service.tokenOf("lead");
});
afterAll(() => service?.close());

const target = (text: string, calendar?: string) => ({
  ...{ target: text, demands: "presumed", waiting: "15 min" },
  ...(calendar && { calendar }),
});
const policy = (text: string, calendar?: string) => {
  const each = target(text, calendar);
  return { response: { urgent: each, high: each, normal: each, low: each } };
};
const CALL = { subject: "Plus rien", text: "Aidez-moi." };

async function dueAfterMs(address: string): Promise<number> {
  const { body } = await service.call("POST", "/tickets", { body: { ...CALL, contact: { address } } });
  const clock = body.clocks.find((each: { target: string }) => each.target === "response");
  return Date.parse(clock.dueAt) - Date.parse(body.receivedAt);
}

const MINUTE_MS = 60_000;

test("an organisation's tickets go by its contract from its date on; the others by the desk's policy", async () => {
  const agence = (await service.call("POST", "/organisations", { as, body: { name: "Agence" } })).body;
  await service.call("PUT", `/organisations/${agence.id}/domains/agence.example`, { as });
  await service.call("POST", "/policies/gold/versions", { as, body: { document: policy("90 min") } });
  expect(await dueAfterMs("lea@agence.example")).toBe(24 * 60 * MINUTE_MS);
  const contract = await service.call("PUT", `/organisations/${agence.id}/contract`, { as, body: { policy: "gold" } });
  expect(contract).toMatchObject({ status: 200, body: { policy: "gold", isOwn: true } });
  service.clock.advance(4_999);
  expect(await dueAfterMs("lea@agence.example")).toBe(24 * 60 * MINUTE_MS);
  service.clock.advance(1);
  expect(await dueAfterMs("lea@agence.example")).toBe(90 * MINUTE_MS);
  expect(await dueAfterMs("tom@elsewhere.example")).toBe(24 * 60 * MINUTE_MS);
});

test("a calendar that is edited counts for the tickets to come, and for none before", async () => {
  const drawn = { week: { mon: [["09:00", "12:00"]] }, timeZone: "Europe/Brussels" };
  await service.call("POST", "/calendars/mornings/versions", { as, body: { document: drawn } });
  await service.call("POST", "/policies/standard/versions", { as, body: { document: policy("1 h", "mornings") } });
  service.clock.advance(5_000);
  const before = (
    await service.call("POST", "/tickets", { body: { ...CALL, contact: { address: "a@elsewhere.example" } } })
  ).body;
  const later = { ...drawn, week: { mon: [["14:00", "18:00"]] } };
  const made = await service.call("POST", "/calendars/mornings/versions", { as, body: { document: later } });
  expect(made).toMatchObject({ status: 201, body: { version: 2, document: later } });
  service.clock.advance(5_000);
  const after = (
    await service.call("POST", "/tickets", { body: { ...CALL, contact: { address: "b@elsewhere.example" } } })
  ).body;
  const raised = await service.call("PATCH", `/tickets/${before.id}`, {
    body: { priority: "high", priorityReason: "Tous." },
  });
  const hourOf = (ticket: { clocks: { dueAt: string }[] }) => new Date(ticket.clocks[0]!.dueAt).getUTCHours();
  expect([hourOf(before), hourOf(raised.body), hourOf(after)]).toEqual([9, 9, 14]);
});

test("what is refused names its place and saves nothing", async () => {
  const versions = async () => (await service.call("GET", "/policies/standard/versions", { as })).body.items.length;
  const before = await versions();
  const { low: _, ...three } = policy("1 h").response;
  const refusals = [
    [{ document: { response: three } }, 400, "json.document.response.low"],
    [{ document: policy("1 h", "lost") }, 422, "json.document.response.urgent.calendar"],
    [{ document: policy("soon") }, 400, "json.document.response.urgent.target"],
    [{ document: policy("1 h"), holdsFrom: "2020-01-01T00:00:00Z" }, 422, "in the past"],
  ] as const;
  for (const [body, status, place] of refusals) {
    const answer = await service.call("POST", "/policies/standard/versions", { as, body });
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(place)]);
  }
  const nowhere = { document: { week: { mon: [["09:00", "12:00"]] }, timeZone: "Europe/Atlantis" } };
  const calendar = await service.call("POST", "/calendars/x/versions", { as, body: nowhere });
  expect([calendar.status, calendar.body.detail]).toEqual([400, expect.stringContaining("json.document.timeZone")]);
  expect(await versions()).toBe(before);
});

test("a preview tells when tickets would be due, and draws the week", async () => {
  const week = { fri: [["09:00", "18:00"]], mon: [["09:00", "18:00"]] };
  const body = {
    document: policy("1 h", "drawn"),
    calendars: { drawn: { week, timeZone: "Europe/Brussels" } },
    receivedAt: ["2026-12-04T17:30:00+01:00"],
  };
  const { status, body: preview } = await service.call("POST", "/policy-previews", { as, body });
  expect([status, preview.cases]).toMatchObject([200, [{ due: { response: { urgent: "2026-12-07T08:30:00.000Z" } } }]]);
  expect(preview.weeks).toEqual([
    {
      calendar: "drawn",
      timeZone: "Europe/Brussels",
      spans: [
        { opensAt: "2026-11-30T08:00:00.000Z", closesAt: "2026-11-30T17:00:00.000Z" },
        { opensAt: "2026-12-04T08:00:00.000Z", closesAt: "2026-12-04T17:00:00.000Z" },
      ],
    },
  ]);
});
