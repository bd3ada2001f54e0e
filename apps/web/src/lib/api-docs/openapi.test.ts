import { expect, test } from "vitest";
import { describeType, fieldsOf, groupOperations, refsOf } from "#lib/api-docs/openapi.ts";

const Ticket = { $ref: "#/components/schemas/Ticket" };

test.each([
  [{ type: "string", format: "date-time" }, "string (date-time)"],
  [{ type: ["string", "null"] }, "string | null"],
  [{ type: "string", nullable: true }, "string | null"],
  [{ type: "string", enum: ["new", "open"] }, '"new" | "open"'],
  [{ const: "ok" }, '"ok"'],
  [Ticket, "Ticket"],
  [{ type: "array", items: Ticket }, "Ticket[]"],
  [{ type: "array", items: { anyOf: [Ticket, { type: "null" }] } }, "(Ticket | null)[]"],
  [{ properties: { a: {} } }, "object"],
  [{}, "any"],
])("%j is %s", (schema, text) => {
  expect(describeType(schema)).toBe(text);
});

test("fields are found through arrays and alternatives, and references named once each", () => {
  const item = { type: "object", properties: { id: { type: "string" } }, required: ["id"] };
  expect(fieldsOf({ type: "array", items: { anyOf: [{ type: "null" }, item] } })).toEqual({
    fields: [["id", { type: "string" }]],
    required: ["id"],
  });
  expect(fieldsOf({ type: "string" })).toBeNull();
  expect(refsOf({ anyOf: [Ticket, { type: "null" }] })).toEqual(["Ticket"]);
});

test("operations stand by their first tag, in the document's order, each with an id of its own", () => {
  const groups = groupOperations({
    info: { title: "Permanence", version: "1" },
    paths: {
      "/api/v1/tickets": { post: { tags: ["tickets"] }, get: { tags: ["tickets"], summary: "List" } },
      "/api/v1/me": { get: {} },
    },
  });
  expect(groups.map(({ tag }) => tag)).toEqual(["tickets", "me"]);
  expect(groups[0]!.operations.map(({ method }) => method)).toEqual(["GET", "POST"]);
  const ids = groups.flatMap(({ operations }) => operations.map(({ id }) => id));
  expect(new Set(ids).size).toBe(3);
});
