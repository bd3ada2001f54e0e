import { expect, test } from "vitest";
import { findMissing, readNewTicket } from "#lib/workspace/new-ticket.ts";

function form(fields: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test("an empty form is a normal ticket of which everything is missing", () => {
  const typed = readNewTicket(form({}));
  expect(typed.priority).toBe("normal");
  expect(findMissing(typed)).toEqual(["address", "subject", "text"]);
});

test("what is typed is read, trimmed, and enough", () => {
  const fields = { address: " a@b.be ", subject: " S ", text: "T", priority: "urgent" };
  const typed = readNewTicket(form(fields));
  expect(typed).toMatchObject({ address: "a@b.be", subject: "S", priority: "urgent" });
  expect(findMissing(typed)).toEqual([]);
});

test("an address without @, a subject of spaces, a priority that is none", () => {
  const typed = readNewTicket(form({ address: "marie", subject: "  ", text: "T", priority: "extreme" }));
  expect(findMissing(typed)).toEqual(["address", "subject"]);
  expect(typed.priority).toBe("normal");
});
