import { fromIso } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("public desk");
});
afterAll(() => service?.close());

const site = async (path = "/desks/whise/site") => await service.call("GET", path, { as: null });

// In the order of time, which does not run back. Brussels: UTC+1 in winter, +2 in summer.
test.each([
  ["a Monday afternoon", "2026-11-23T13:02:01Z", "2026-11-23T13:02:01.000Z", "2026-11-23T17:00:00.000Z", false],
  [
    "a second before the evening",
    "2026-11-23T16:59:59Z",
    "2026-11-23T16:59:59.000Z",
    "2026-11-23T17:00:00.000Z",
    false,
  ],
  ["the evening", "2026-11-23T17:00:00Z", "2026-11-24T08:00:00.000Z", "2026-11-24T17:00:00.000Z", false],
  ["a Friday night", "2026-11-27T22:00:00Z", "2026-11-30T08:00:00.000Z", "2026-11-30T17:00:00.000Z", false],
  [
    "a Sunday, which is no holiday",
    "2026-11-29T12:00:00Z",
    "2026-11-30T08:00:00.000Z",
    "2026-11-30T17:00:00.000Z",
    false,
  ],
  ["Christmas, a Friday", "2026-12-25T10:00:00Z", "2026-12-28T08:00:00.000Z", "2026-12-28T17:00:00.000Z", true],
  ["Easter Monday", "2027-03-29T10:00:00Z", "2027-03-30T07:00:00.000Z", "2027-03-30T16:00:00.000Z", true],
  [
    "National Day, just begun in Brussels",
    "2027-07-20T22:30:00Z",
    "2027-07-22T07:00:00.000Z",
    "2027-07-22T16:00:00.000Z",
    true,
  ],
])("on %s the site says when somebody is there", async (_, at, opensAt, closesAt, isHoliday) => {
  service.clock.advance(fromIso(at)! - service.clock.now());
  expect((await site()).body).toMatchObject({ opening: { opensAt, closesAt }, isHoliday });
});

test("the site promises what the desk's own policy does, and who works on it", async () => {
  const { promises } = (await site()).body;
  expect(promises).toMatchObject([
    { priority: "urgent", targetMs: 3_600_000, countsAlways: true, staffedAlways: true },
    { priority: "high", targetMs: 4 * 3_600_000, countsAlways: true, staffedAlways: false },
    { priority: "normal", targetMs: 24 * 3_600_000, countsAlways: true, staffedAlways: false },
    { priority: "low", targetMs: 24 * 3_600_000, countsAlways: true, staffedAlways: false },
  ]);
  expect(promises[0].opening.closesAt).toBeNull();
});

test("the desk's colour is legible in both themes, and an address of its own", async () => {
  const { style } = (await site()).body;
  const sheet = await service.call("GET", style.replace("/api/v1", ""), { as: null });
  expect(sheet.headers.get("content-type")).toContain("text/css");
  expect(sheet.body).toMatch(/--desk-accent:light-dark\(#0b6e6e,#[0-9a-f]{6}\)/);
});

test("there is nothing of a desk that is not", async () => {
  for (const path of ["site", "form?language=fr", "logo", "brand.css", "texts/privacy"])
    expect([path, (await site(`/desks/none/${path}`)).status]).toEqual([path, 404]);
});
