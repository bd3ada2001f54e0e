import { expect, test } from "vitest";
import { type Entity, readEntity } from "./mime-entity.ts";
import { mailBytes } from "./read-test-mail.ts";

/** A message's parts as brackets: type, and the body of what has no parts. */
function shapeOf({ type, parts, body }: Entity): string {
  return parts.length > 0
    ? `${type.value}[${parts.map(shapeOf).join(", ")}]`
    : `${type.value} ${JSON.stringify(body.toString("latin1"))}`;
}

function read(...lines: string[]): { shape: string; fields: Record<string, string>; warnings: string[] } {
  const warnings = new Set<string>();
  const root = readEntity(mailBytes(...lines), warnings);
  const fields = Object.fromEntries(root.fields.map(({ name, value }) => [name, value]));
  return { shape: shapeOf(root), fields, warnings: [...warnings] };
}

test("reads a header, folds and all", () => {
  const { fields, shape } = read("Subject: one", "  two", "\tthree", "X-Empty:", "Spaced : yes", "", "body", "");
  expect(fields).toEqual({ subject: "one  two\tthree", "x-empty": "", spaced: "yes" });
  expect(shape).toBe('text/plain "body\\r\\n"');
});

test("takes parts apart, without the line break that is the boundary's", () => {
  const { shape, warnings } = read(
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    "This is for old programs.",
    "--b",
    "",
    "one",
    "--b  ",
    "Content-Type: multipart/alternative; boundary=bb",
    "",
    "--bb",
    "Content-Type: text/html",
    "",
    "<p>",
    "",
    "--bb--",
    "--b--",
    "This is nothing.",
  );
  expect(shape).toBe('multipart/mixed[text/plain "one", multipart/alternative[text/html "<p>\\r\\n"]]');
  expect(warnings).toEqual([]);
});

test("a boundary that begins with another is another", () => {
  const { shape } = read("Content-Type: multipart/mixed; boundary=a", "", "--a", "", "--ab", "one", "--a--");
  expect(shape).toBe('multipart/mixed[text/plain "--ab\\r\\none"]');
});

test("an outer boundary ends what is inside, closed or not", () => {
  const { shape } = read(
    "Content-Type: multipart/mixed; boundary=a",
    "",
    "--a",
    "Content-Type: multipart/mixed; boundary=b",
    "",
    "--b",
    "",
    "one",
    "--a",
    "",
    "two",
    "--a--",
  );
  expect(shape).toBe('multipart/mixed[multipart/mixed[text/plain "one"], text/plain "two"]');
});

test("parts of a digest are messages", () => {
  const { shape } = read("Content-Type: multipart/digest; boundary=a", "", "--a", "", "Subject: x", "--a--");
  expect(shape).toBe('multipart/digest[message/rfc822 "Subject: x"]');
});

test("the last part may lack its end", () => {
  const { shape, warnings } = read("Content-Type: multipart/mixed; boundary=a", "", "--a", "", "one", "");
  expect(shape).toBe('multipart/mixed[text/plain "one\\r\\n"]');
  expect(warnings).toEqual(["The last boundary is missing; the mail may have been cut off."]);
});

test.each([["Content-Type: multipart/mixed"], ["Content-Type: multipart/mixed; boundary=wrong"]])(
  "finds the boundary that %s does not name",
  (field) => {
    const { shape, warnings } = read(field, "", "--=_real_1", "", "one", "--=_real_1", "", "two", "--=_real_1--");
    expect(shape).toBe('multipart/mixed[text/plain "one", text/plain "two"]');
    expect(warnings).toHaveLength(1);
  },
);

test("what should hold parts and holds none is text", () => {
  expect(read("Content-Type: multipart/mixed; boundary=a", "", "just text").shape).toBe('text/plain "just text"');
});

test.each([
  ["an mbox line", ["From ann@agence.be Mon Jun  1 10:00:00 2026", "Subject: x", "", "body"]],
  ["a quoted mbox line", [">From ann@agence.be", "Subject: x", "", "body"]],
  ["empty lines", ["", "", "Subject: x", "", "body"]],
  ["rubbish among the fields", ["Subject: x", "*** rubbish ***", "To: a@b.c", "", "body"]],
])("passes over %s before the body", (_, lines) => {
  const { shape, fields } = read(...lines);
  expect(fields["subject"]).toBe("x");
  expect(shape).toBe('text/plain "body"');
});

test("a header without its empty line ends where text begins", () => {
  const { shape, warnings } = read("Subject: x", "Hello, it does not work.", "Ann");
  expect(shape).toBe('text/plain "Hello, it does not work.\\r\\nAnn"');
  expect(warnings).toEqual(["The empty line after a header is missing."]);
});

test("a mail without a header is all text", () => {
  const { shape, warnings } = read("Hello there,", "", "it does not work.");
  expect(shape).toBe('text/plain "Hello there,\\r\\n\\r\\nit does not work."');
  expect(warnings).toEqual(["The header is missing."]);
});

test("the first of two deciding fields decides", () => {
  const { shape } = read("Content-Type: text/html", "Content-Type: text/plain", "", "x");
  expect(shape).toBe('text/html "x"');
});

test.each([
  [
    "parts inside parts",
    Array.from({ length: 10_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`),
  ],
  [
    "parts side by side",
    ["Content-Type: multipart/mixed; boundary=b", "", ...Array.from({ length: 10_000 }, () => "--b\r\n\r\nx")],
  ],
  ["fields", Array.from({ length: 30_000 }, () => "a:")],
  ["one field", [`X: ${"y".repeat(5_000_000)}`]],
])("refuses %s without end", (_, lines) => {
  expect(() => readEntity(mailBytes(...lines), new Set())).toThrow(/^(It has|It|Its) .*more than|larger than/);
});
