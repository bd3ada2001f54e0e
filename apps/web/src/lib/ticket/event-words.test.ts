import { expect, test } from "vitest";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { describeEvent } from "#lib/ticket/event-words.ts";

const describe = (type: string, data: Record<string, unknown> | null, m = en) =>
  describeEvent(
    { sequence: 1, at: "2026-11-23T13:02:00.000Z", type, actor: { kind: "desk", name: "" }, data },
    m,
    "en",
  );

test.each([
  ["registered", { number: 1042, priority: "high" }, "registered as no.\u00a01042, priority high"],
  ["state", { from: "new", to: "on-hold" }, "state: on hold"],
  ["closed", { as: "not-a-request" }, "closed: not a request"],
  ["closure-undone", { to: "open" }, "reopened"],
  ["priority", { from: "normal", to: "urgent", reason: "all agencies" }, "priority normal → urgent (all agencies)"],
  ["assigned", { to: "Pieter" }, "assignee: Pieter"],
  ["assigned", { to: { id: "7", name: "Pieter" } }, "assignee: Pieter"],
  ["assigned", { to: null }, "assignee: nobody"],
  ["notice-queued", { outgoingMailId: "1", to: "a@b.be" }, "notice prepared for a@b.be"],
  ["mail-failed", { error: "550 no such user" }, "e-mail refused: 550 no such user"],
  ["evidence", { rung: "delivered" }, "evidence: delivered"],
  ["evidence", { rung: "displayed", source: "call" }, "call logged"],
  ["clock", { target: "response", from: "running", to: "met" }, "response time: met"],
  ["clock", { target: "first-reply", from: "running", to: "breached" }, "first reply: breached"],
  ["warned", { target: "first-reply", percent: 80 }, "first reply: 80\u00a0% of the time is used up"],
  ["not-assigned", { to: "x@y.be" }, "the rule names nobody who works here: x@y.be"],
  ["auto-reply", { from: "a@b.be" }, "automatic reply"],
  ["auto-reply", { from: "a@b.be", absentUntil: "2026-12-04" }, "automatic reply: away until 4 December 2026"],
  ["subject", { from: "Aide", to: "Connexion" }, "subject: Connexion"],
])("%s", (type, data, text) => {
  expect(describe(type, data)).toBe(text);
});

test("what these pages do not know is shown by its name, and erased data breaks nothing", () => {
  expect(describe("merged", { into: 7 })).toBe("merged");
  expect(describe("state", { to: "archived" }, fr)).toContain("archived");
  expect(() => describe("priority", null)).not.toThrow();
});
