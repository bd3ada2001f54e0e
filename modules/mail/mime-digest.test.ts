import { expect, test } from "vitest";
import { mailBytes, readable } from "./read-test-mail.ts";

const MAIL = [
  "Received: from a by b; Mon, 1 Jun 2026 10:00:00 +0200",
  "From: ann@agence.be",
  "Subject: Hello",
  "X-Own: 1",
  "",
  "text",
  "more",
  "",
];
const digestOf = (lines: string[], change = (bytes: Buffer): Buffer => bytes): string =>
  readable(change(mailBytes(...lines))).contentSha256;
const original = digestOf(MAIL);

test.each<[string, string[], ((bytes: Buffer) => Buffer)?]>([
  [
    "other trace fields",
    ["Received: x", "Delivered-To: y", "Return-Path: <z>", "ARC-Seal: i=1", "Authentication-Results: q", ...MAIL],
  ],
  [
    "a filter's and a signer's fields",
    ["X-Spam-Score: 1", "X-MS-Exchange-Organization-AuthAs: x", "DKIM-Signature: v=1", ...MAIL],
  ],
  ["other line ends", MAIL, (bytes) => Buffer.from(bytes.toString("latin1").replaceAll("\r\n", "\n"), "latin1")],
  ["a field folded elsewhere", MAIL.map((line) => line.replace("Subject: Hello", "Subject:\r\n Hello"))],
  ["empty lines at the end", [...MAIL, "", ""]],
])("is the same with %s", (_, lines, change) => {
  expect(digestOf(lines, change)).toBe(original);
});

test.each([
  ["subject", MAIL.map((line) => line.replace("Hello", "Hallo"))],
  ["text", MAIL.map((line) => line.replace("text", "test"))],
  ["field of the sender's", MAIL.map((line) => line.replace("X-Own: 1", "X-Own: 2"))],
  ["line more", [...MAIL.slice(0, -1), "x", ""]],
])("is another with another %s", (_, lines) => {
  expect(digestOf(lines)).not.toBe(original);
});
