import { expect, test } from "vitest";
import { imapEnvelope } from "./imap-envelope.ts";

const MAILBOX = "help@desk.example";
const TOKEN = "abcdefghijklmnopqrstuvwxyz234567";

const envelopeOf = (...lines: string[]) =>
  imapEnvelope(Buffer.from(`${lines.join("\r\n")}\r\n\r\nDelivered-To: x@y\r\n`), MAILBOX);

test.each([
  [["Return-Path: <anne@agence.example>", "From: b@c.example"], "anne@agence.example"],
  [["RETURN-PATH:\r\n <anne@agence.example>"], "anne@agence.example"],
  [["Return-Path: <>", "From: b@c.example"], ""],
  [["From: Anne <b@c.example>"], "b@c.example"],
  [['From: "x@y.example" <b@c.example>'], "b@c.example"],
  [["From: nobody"], "unknown@sender.invalid"],
  [["Subject: none"], "unknown@sender.invalid"],
])("the sender by %j is %s", (lines, sender) => {
  expect(envelopeOf(...lines).envelopeFrom).toBe(sender);
});

test.each([
  [[], []],
  [["Delivered-To: help@desk.example"], []],
  [[`Delivered-To: Help+T-${TOKEN}@Desk.example`], [`help+t-${TOKEN}@desk.example`]],
  [
    [`X-Original-To: help+b-${TOKEN}@desk.example`, "Delivered-To: help@desk.example"],
    [`help+b-${TOKEN}@desk.example`],
  ],
  [[`To: "Help, desk" <help+b-${TOKEN}@desk.example>,`, " x@y.example"], [`help+b-${TOKEN}@desk.example`]],
  [[`Delivered-To: other+t-${TOKEN}@desk.example`, `X-Original-To: help+t-${TOKEN}@evil.example`], []], // Not ours.
  [[`Subject: help+t-${TOKEN}@desk.example`], []],
])("the recipients by %j are the mailbox and %j", (lines, others) => {
  expect(envelopeOf(...lines).envelopeTo).toEqual([MAILBOX, ...others]);
});

test("a header without an end, or of addresses alone, costs little", () => {
  const many = `To: ${`help+${"x".repeat(20)}@desk.example, `.repeat(100_000)}`;
  expect(imapEnvelope(Buffer.from(many), MAILBOX).envelopeTo.length).toBeLessThanOrEqual(20);
  expect(imapEnvelope(Buffer.alloc(0), MAILBOX)).toEqual({
    envelopeFrom: "unknown@sender.invalid",
    envelopeTo: [MAILBOX],
  });
});
