import { expect, test } from "vitest";
import { holidaysText, hoursText, openingsText, readCalendar } from "#lib/promises/calendar-form.ts";
import { instantOf, lengthText, nextFriday, readPolicy } from "#lib/promises/policy-form.ts";

test("a calendar is read back as it was shown", () => {
  const document = {
    timeZone: "Europe/Brussels",
    week: {
      mon: [
        ["09:00", "12:30"],
        ["13:00", "18:00"],
      ],
      tue: [],
      wed: [],
      thu: [],
      fri: [["22:00", "02:00"]],
      sat: [],
      sun: [],
    },
    holidays: [
      "12-25",
      { day: "easter+1", name: "Lundi de Pâques" },
      { day: "12-24", name: "Veille", closed: [["13:00", "24:00"]] },
    ],
    openings: [
      {
        day: "2026-12-26",
        hours: [
          ["10:00", "12:00"],
          ["13:00", "14:00"],
        ],
        name: "Inventaire",
      },
    ],
  };
  const form = new FormData();
  form.set("timeZone", document.timeZone);
  for (const [day, spans] of Object.entries(document.week))
    form.set(`week.${day}`, hoursText(spans as [string, string][]));
  form.set("holidays", holidaysText(document.holidays as Parameters<typeof holidaysText>[0]));
  form.set("openings", openingsText(document.openings as Parameters<typeof openingsText>[0]));
  expect(readCalendar(form)).toEqual(document);
});

test.each([
  [
    "9:00-12.30, 13h00–18:00",
    [
      ["09:00", "12:30"],
      ["13:00", "18:00"],
    ],
  ],
  ["", []],
  ["morning", [["morning"]]],
])("hours as people type them: %s", (typed, spans) => {
  const form = new FormData();
  form.set("week.mon", typed);
  expect(readCalendar(form).week["mon"]).toEqual(spans);
});

test("a policy as its form says it; a target without times is none, and a rule without a target", () => {
  const form = new FormData();
  form.set("response.urgent.target", "1 h");
  form.set("response.urgent.calendar", "always");
  form.set("firstReply.low.target", "18 h");
  form.set("firstReply.low.calendar", "staffed");
  form.append("firstReply.pauses", "waiting");
  form.set("warnings.at", "50, 80 %");
  for (const [name, value] of Object.entries({
    target: "response",
    at: "80",
    priority: "",
    raise: "urgent",
    assign: "",
  }))
    form.set(`rule.0.${name}`, value);
  form.set("rule.1.target", "");
  form.set("rule.2.target", "resolution");
  form.set("rule.2.at", "breach");
  form.set("rule.2.assign", "lead");
  const read = readPolicy(form);
  expect(read.response["urgent"]).toEqual({ target: "1 h", demands: "", waiting: "" });
  expect(Object.keys(read.targets)).toEqual(["firstReply"]);
  expect(read.targets["firstReply"]).toMatchObject({
    published: false,
    pauses: ["waiting"],
    by: { low: { target: "18 h", calendar: "staffed" } },
  });
  expect(read).toMatchObject({
    warnings: { at: [50, 80], tell: [] },
    escalation: [
      { target: "response", at: 80, raise: "urgent" },
      { target: "resolution", at: "breach", assign: "lead" },
    ],
  });
});

test("lengths and times as forms have them", () => {
  expect([14_400_000, 900_000, 90_000].map(lengthText)).toEqual(["4 h", "15 min", "90 s"]);
  expect(nextFriday(Date.UTC(2026, 10, 26, 12))).toBe("2026-11-27T17:30");
  expect(nextFriday(Date.UTC(2026, 10, 27, 12))).toBe("2026-11-27T17:30");
  expect(instantOf("2026-11-27T17:30", "Europe/Brussels")).toBe("2026-11-27T16:30:00.000Z");
  expect(instantOf("2026-07-01T09:00", "Europe/Brussels")).toBe("2026-07-01T07:00:00.000Z");
  expect(instantOf("soon", "Europe/Brussels")).toBeNull();
});
