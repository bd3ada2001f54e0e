import { expect, test } from "vitest";
import { answersOf, type Filled, missingIn, priorityOf, readFilled } from "#lib/site/request-form.ts";

const FULL: Filled = {
  ...{ key: "k", subject: "Photos", text: "Floues", email: "lea@agence.example", name: "", website: "" },
  ...{ kind: "question", stopped: "", around: "" },
};
const WAYS = { no: "urgent", partly: "high", yes: "normal" } as const;
const TABLE = { question: "low", wish: "low", fault: { stopped: WAYS, hurt: WAYS, no: WAYS } } as const;

test.each<[Partial<Filled>, string[]]>([
  [{}, []],
  [{ kind: "" }, ["kind"]],
  [{ kind: "fault" }, ["stopped", "around"]],
  [{ kind: "fault", stopped: "hurt" }, ["around"]],
  [{ kind: "fault", stopped: "no" }, []],
  [{ subject: " ", text: "\n", email: "lea" }, ["subject", "text", "email"]],
])("with %j, %j is missing", (change, missing) => {
  expect(missingIn({ ...FULL, ...change })).toEqual(missing);
});

test.each<[Partial<Filled>, string | null]>([
  [{}, "low"],
  [{ kind: "fault", stopped: "stopped", around: "no" }, "urgent"],
  [{ kind: "fault", stopped: "hurt", around: "partly" }, "high"],
  [{ kind: "fault", stopped: "no" }, "normal"],
  [{ kind: "fault", stopped: "hurt" }, null],
  [{ kind: "" }, null],
])("%j is %j", (change, priority) => {
  expect(priorityOf(TABLE, { ...FULL, ...change })).toBe(priority);
});

test("answers to questions that are not asked any more do not count", () => {
  expect(answersOf({ ...FULL, stopped: "stopped", around: "no" })).toEqual({ kind: "question" });
});

test("lines end as everywhere else, and files are no text", () => {
  const form = new FormData();
  form.set("text", "a\r\nb");
  form.set("name", new File(["x"], "x"));
  expect(readFilled(form)).toMatchObject({ text: "a\nb", name: "", key: "" });
});
