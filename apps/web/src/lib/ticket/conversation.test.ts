import { expect, test } from "vitest";
import type { Message, TicketEvent } from "#lib/api/types.ts";
import { orderConversation } from "#lib/ticket/conversation.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 14, 2, second)).toISOString();

function message(id: string, second: number): Message {
  const from = { name: "Marie", address: "marie@agence.be" };
  const mail = { hasHtml: false, inboundMailId: null, outgoingMailId: null, attachments: [] };
  const unchecked = { sender: null, authentication: null, invitation: null, protection: null, recipients: null };
  return { id, kind: "customer", from, at: at(second), text: "", reply: "", ...mail, ...unchecked };
}

function event(sequence: number, second: number, type = "state"): TicketEvent {
  return { sequence, at: at(second), type, actor: { kind: "desk", name: "" }, data: {} };
}

const shape = (messages: Message[], events: TicketEvent[]) =>
  orderConversation(messages, events).map((entry) =>
    entry.kind === "message" ? entry.message.id : entry.events.map(({ sequence }) => sequence),
  );

test("events stand together between the messages, in order of time", () => {
  const events = [event(1, 1), event(2, 2), event(3, 5), event(4, 9)];
  expect(shape([message("a", 3), message("b", 6)], events)).toEqual([[1, 2], "a", [3], "b", [4]]);
});

test("at the same instant the message comes first", () => {
  expect(shape([message("a", 3)], [event(1, 3)])).toEqual(["a", [1]]);
});

test("that a message was written is told by the message", () => {
  expect(shape([message("a", 3)], [event(1, 3, "message"), event(2, 4)])).toEqual(["a", [2]]);
});

test("without messages there is one run of events; without either, nothing", () => {
  expect(shape([], [event(1, 1), event(2, 2)])).toEqual([[1, 2]]);
  expect(shape([], [])).toEqual([]);
});
