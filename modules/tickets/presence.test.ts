import type { DeskId } from "@permanence/database";
import { expect, test } from "vitest";
import { type PresenceChange, Presences, SILENT_AFTER_MS } from "./presence.ts";

const DESK = "desk" as DeskId;
const [TICKET, OTHER] = ["t1", "t2"] as const;

function open() {
  let told: (change: { type: string }) => void = () => {};
  const presences = new Presences((_, heard) => {
    told = heard;
    return () => {};
  });
  presences.listen(DESK);
  const hear = (name: string, state: PresenceChange["state"], ticketId: string = TICKET, atMs = 0) =>
    presences.hear(DESK, { type: "presence", ticketId, agentId: name, name, state }, atMs);
  const others = (agentId: string, nowMs = 0) =>
    presences.others(DESK, TICKET, agentId, nowMs).map(({ name, state }) => `${name} ${state}`);
  return { presences, hear, others, tell: (change: PresenceChange) => told(change) };
}

test("each sees the others of a ticket, those who type first, and not themselves", () => {
  const { hear, others } = open();
  hear("an", "looking");
  hear("bob", "looking");
  hear("cem", "typing");
  hear("dia", "typing", OTHER);
  expect(others("an")).toEqual(["cem typing", "bob looking"]);
  expect(others("cem")).toEqual(["an looking", "bob looking"]);
});

test("whoever leaves is gone, and whoever is silent for long enough too", () => {
  const { hear, others } = open();
  hear("an", "looking");
  hear("bob", "typing");
  hear("bob", "gone");
  expect(others("x")).toEqual(["an looking"]);
  hear("cem", "looking", TICKET, 20_000);
  expect(others("x", SILENT_AFTER_MS)).toEqual(["an looking", "cem looking"]);
  expect(others("x", SILENT_AFTER_MS + 1)).toEqual(["cem looking"]);
  expect(others("x", SILENT_AFTER_MS + 20_001)).toEqual([]);
});

test("what another process tells is heard; other changes say nothing of who is there", () => {
  const { others, tell, presences } = open();
  tell({ type: "presence", ticketId: TICKET, agentId: "an", name: "an", state: "typing" });
  tell({ type: "ticket", ticketId: TICKET } as unknown as PresenceChange);
  const now = presences.others(DESK, TICKET, "x").map(({ name }) => name);
  expect(now).toEqual(["an"]);
  expect(others("an")).toEqual([]);
});
