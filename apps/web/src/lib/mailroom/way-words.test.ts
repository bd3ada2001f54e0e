import { expect, test } from "vitest";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { describeStep } from "#lib/mailroom/way-words.ts";

const describe = (type: string, data: Record<string, unknown> | null, m = en) =>
  describeStep({ at: "2026-11-23T13:02:00.000Z", type, data }, "own", m, "en");

test.each([
  ["mail-queued", { to: "a@b.example", purpose: "notice" }, "prepared for a@b.example", []],
  ["mail-put-off", { detail: "451 later" }, "put off by the relay", ["451 later"]],
  [
    "mail-received",
    { ip: "192.0.2.1", helo: "mx.example", from: "" },
    "brought by mx.example [192.0.2.1]",
    ["null sender"],
  ],
  ["mail-received", { ip: "", helo: "", from: "a@b.example" }, "fetched from the mailbox", ["envelope: a@b.example"]],
  [
    "mail-read",
    { kind: "quarantined", detail: "Its sender is blocked.", warnings: [] },
    "read: to be decided",
    ["Its sender is blocked."],
  ],
  ["evidence", { rung: "handed-over", source: "relay", detail: "250 ok" }, "handed over", ["relay", "250 ok"]],
  [
    "report",
    { why: "It is still on its way.", detail: "", inboundMailId: "other" },
    "a report that changes nothing",
    ["It is still on its way."],
  ],
  ["auto-reply", { inboundMailId: "own" }, "automatic reply", []],
  ["evidence", null, "", [""]],
] as [string, Record<string, unknown> | null, string, string[]][])("%s %j", (type, data, text, details) => {
  expect(describe(type, data)).toMatchObject({ text, details });
});

test("a failure is marked, and a report is another mail than the one whose way it is", () => {
  const data = { rung: "failed", source: "delivery-report", detail: "550 5.1.1", inboundMailId: "report" };
  expect(describe("evidence", data)).toMatchObject({ isBad: true, reportId: "report" });
  expect(describe("message", { inboundMailId: "own" })).toMatchObject({ isBad: false, reportId: null });
  expect(describe("mail-put-off", {}, fr).text).toBe("remis à plus tard par le relais");
});
