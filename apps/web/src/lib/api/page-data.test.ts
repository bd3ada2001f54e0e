import { expect, test } from "vitest";
import { query } from "#lib/api/call.ts";
import { ownPath } from "#lib/api/page-data.ts";

test.each(["/queue", "/", "/tickets/1?state=open&q=a%20b", "/queue#x"])("%j is a path of this site", (path) => {
  expect(ownPath(path, "/other")).toBe(path);
});

test.each([
  null,
  "",
  "queue",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/\t/evil.example",
  "/a\r\nset-cookie: x=y",
  "/a\\b",
])("%j could lead elsewhere", (path) => {
  expect(ownPath(path, "/other")).toBe("/other");
});

test("a query holds what is set", () => {
  expect(query({ state: undefined, q: "", cursor: null })).toBe("");
  expect(query({ q: "a b&c", limit: 50, state: undefined })).toBe("?q=a+b%26c&limit=50");
});
