import { expect, test } from "vitest";
import { codesIn, statusOf } from "./report-codes.ts";

test.each<[text: string, status: string, replyCode: string, command: string | null]>([
  ["550 5.1.1 <ann@agence.be>: no such user (in reply to RCPT TO command)", "5.1.1", "550", "rcpt"],
  ["550-5.7.26 Unauthenticated. 550 5.7.26 See the manual (in reply to end of DATA command)", "5.7.26", "550", "data"],
  ["host mx.agence.be[192.0.2.55] said: 452 4.2.2 full (in reply to MAIL FROM command)", "4.2.2", "452", "mail"],
  ["Remote host said: 552 quota used up (#5.2.2)", "5.2.2", "552", null],
  ["SMTP error from remote mail server after end of data: 554 no", "", "554", "data"],
  ["SMTP error from remote mail server after initial connection: 571 go away", "", "", "connect"],
  [">>> RCPT TO:<ann@agence.be>\n<<< 550 unknown\n>>> QUIT", "", "550", "rcpt"],
  [">>> DATA\n<<< 550 no", "", "550", "data"],
  ["smtp; 5.3.0 - odd 550-'who?'", "5.3.0", "550", null],
  ["554 5.0.0 failed, then 5.2.1 in the log", "5.2.1", "554", null],
  ["relayed by 5.65.2 and 4.16.55.1 from 192.0.2.250 at 12:45:50 with 5550 bytes", "", "", null],
  ["nothing", "", "", null],
])("%s", (text, status, replyCode, command) => {
  expect(codesIn(text, true)).toEqual({ status, replyCode, command });
});

test("a mail that was taken has the reply that took it", () => {
  expect(codesIn("250 2.1.5 Ok, 550 in all", false)).toMatchObject({ status: "2.1.5", replyCode: "250" });
});

test.each<[field: string, told: string, replyCode: string, expected: string]>([
  ["5.1.1", "", "", "5.1.1"],
  ["", "5.2.2", "552", "5.2.2"],
  ["5.0.0", "5.7.1", "550", "5.7.1"],
  ["5.7.1", "5.0.0", "550", "5.7.1"],
  ["4.5.0", "5.5.0", "550", "5.5.0"],
  ["4.4.7", "4.7.1", "450", "4.7.1"],
  ["5.1.1", "5.2.2", "552", "5.2.2"],
  ["5.1.1", "5.1.0", "550", "5.1.1"],
  ["5.2.0", "5.2.2", "550", "5.2.2"],
  ["5.2.2", "5.1.1", "550", "5.2.2"],
])("the field says %s and the words %s with %s: %s", (field, status, replyCode, expected) => {
  expect(statusOf(field, { status, replyCode, command: null })).toBe(expected);
});
