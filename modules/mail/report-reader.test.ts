import fc from "fast-check";
import { expect, test } from "vitest";
import type { Delivery } from "./report.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const DAEMON = ["From: Mail Delivery System <MAILER-DAEMON@mx.example>", "Return-Path: <>"];

/** A report with the parts of RFC 6522. */
function multipart(type: string, fields: string[], words = "It did not work.", returned: string[] = []): string[] {
  return [
    ...[...DAEMON, "Subject: Undelivered", `Content-Type: multipart/report; report-type=${type}; boundary=b`],
    ...["", "--b", "", words, "--b", `Content-Type: message/${type}`, "", ...fields],
    ...(returned.length > 0 ? ["--b", "Content-Type: text/rfc822-headers", "", ...returned] : []),
    "--b--",
  ];
}

/** A bounce without parts. */
function plain(subject: string, ...text: string[]): string[] {
  return [...DAEMON, `Subject: ${subject}`, "", ...text];
}

const short = ({ recipient, outcome, status, replyCode, permanent }: Delivery): string =>
  [recipient, outcome, status, replyCode, permanent ? "for good" : "this time"].join(" ");

function deliveryOf(lines: string[]): string[] {
  return readable(mailBytes(...lines)).delivery.map(short);
}

const FAILED = ["Action: failed", "Status: 5.1.1"];

test.each<[string, string[], string[]]>([
  [
    "several recipients, in the report's order",
    [
      "b@agence.be failed 5.1.1 550 for good",
      "a@agence.be delayed 4.4.1  this time",
      "c@agence.be failed 5.2.2 552 this time",
    ],
    multipart("delivery-status", [
      "Reporting-MTA: dns; mx.example",
      "",
      ...["Final-Recipient: rfc822; b@agence.be", ...FAILED, "Diagnostic-Code: smtp; 550 5.1.1 no such user"],
      "",
      ...["Final-Recipient: rfc822; a@agence.be", "Action: delayed", "Status: 4.4.1 (no answer)"],
      "",
      ...["Final-Recipient: rfc822; c@agence.be", "Action: failed", "Status: 5.2.2", "Diagnostic-Code: smtp; 552 full"],
    ]),
  ],
  [
    "no empty line between the mail and its recipients, nor between these",
    ["a@agence.be failed 5.1.1  for good", "b@agence.be failed 5.1.1  for good"],
    multipart("delivery-status", [
      "Reporting-MTA: dns; mx.example",
      ...["Final-Recipient: rfc822;a@agence.be", ...FAILED, "Final-Recipient: rfc822; <b@agence.be>", ...FAILED],
    ]),
  ],
  [
    "success",
    [
      "a@agence.be delivered 2.1.5 250 this time",
      "b@agence.be relayed 2.0.0  this time",
      "c@agence.be expanded 2.0.0  this time",
    ],
    multipart("delivery-status", [
      ...[
        "Final-Recipient: rfc822; a@agence.be",
        "Action: delivered",
        "Status: 2.1.5",
        "Diagnostic-Code: smtp; 250 2.1.5 Ok",
      ],
      "",
      ...["Final-Recipient: rfc822; b@agence.be", "Action: Relayed (to another)", "Status: 2.0.0"],
      "",
      ...["Final-Recipient: rfc822; c@agence.be", "Action: expanded", "Status: 2.0.0"],
    ]),
  ],
  [
    "the address that was written to, where an alias led elsewhere",
    ["info@agence.be failed 5.1.1  for good"],
    multipart("delivery-status", [
      "Original-Recipient: rfc822;info@agence.be",
      "Final-Recipient: rfc822; ann@home.example",
      ...FAILED,
    ]),
  ],
  [
    "an internationalised address",
    ["rené@agence.be failed 5.1.1  for good"],
    multipart("global-delivery-status", ["Final-Recipient: utf-8; ren\\x{E9}@agence.be", ...FAILED]),
  ],
  [
    "an internationalised address as it is",
    ["rené@agencé.be failed 5.1.1  for good"],
    multipart("global-delivery-status", ["Final-Recipient: utf-8; ren\xc3\xa9@agenc\xc3\xa9.be", ...FAILED]),
  ],
  [
    "a program instead of an address, and the header that names the recipient",
    ["ann@agence.be failed 5.3.0 554 this time"],
    [
      "X-Failed-Recipients: ann@agence.be",
      ...multipart("delivery-status", [
        ...["Final-Recipient: rfc822;|/usr/bin/filter ann@agence.be", "Action: failed", "Status: 5.3.0"],
        "Diagnostic-Code: smtp; 554 5.3.0 mailer error",
      ]),
    ],
  ],
  [
    "the command that was answered, from the words beside the fields",
    ["ann@agence.be failed 5.2.1 550 for good"],
    multipart(
      "delivery-status",
      [
        "Final-Recipient: rfc822; ann@agence.be",
        "Action: failed",
        "Status: 5.2.1",
        "Diagnostic-Code: smtp; 550 5.2.1 unknown user",
      ],
      "<ann@agence.be>: host mx said: 550 5.2.1\r\n    unknown user (in reply to RCPT TO command)",
    ),
  ],
  [
    "fields within the text",
    ["ann@agence.be delayed 4.4.1  this time"],
    plain(
      "Delayed mail",
      ...["Your message waits.", "", "Reporting-MTA: dns; mx", "", "Final-Recipient: rfc822; ann@agence.be"],
      ...["Action: delayed", "Status: 4.4.1", "", "Received: by mx", "Status: RO", "Message-ID: <1@desk.example>"],
    ),
  ],
  [
    "nobody named at all, but the mail itself",
    ["ann@agence.be failed 5.0.900  this time"],
    multipart("delivery-status", ["Reporting-MTA: dns; mx.example"], "No report.", [
      "To: Ann <ann@agence.be>",
      "From: desk@desk.example",
    ]),
  ],
])("reads fields: %s", (_, expected, lines) => {
  expect(deliveryOf(lines)).toEqual(expected);
});

test.each<[string, string[], string[]]>([
  [
    "a line an address, its reason below (qmail)",
    ["ann@agence.be failed 5.1.1 550 for good", "bob@agence.be failed 5.0.922 552 this time"],
    plain(
      "failure notice",
      ...["Hello. The program at mx.example could not deliver to these:", "", "<ann@agence.be>:"],
      ...["192.0.2.1 does not like recipient.", "Remote host said: 550 5.1.1 unknown user", ""],
      ...[
        "<bob@agence.be>:",
        "Remote host said: 552 quota exceeded",
        "",
        "--- Below this line is a copy of the message.",
      ],
      ...["", "From: desk@desk.example", "To: carl@agence.be"],
    ),
  ],
  [
    "indented addresses (Exim)",
    ["ann@agence.be failed 5.0.911 550 for good"],
    plain(
      "Mail delivery failed: returning message to sender",
      ...["A message from", "", "  desk@desk.example", "", "failed for:", "", "  ann@agence.be"],
      ...[
        "    SMTP error from remote mail server after RCPT TO:<ann@agence.be>:",
        "    host mx [192.0.2.1]: 550 unknown user",
        "",
      ],
      ...["------ This is a copy of the message, including all the headers. ------", "", "From: desk@desk.example"],
    ),
  ],
  [
    "an address and its reason on one line",
    ["ann@agence.be failed 5.2.2 550 this time", "bob@agence.be failed 5.1.1 550 for good"],
    plain("Delivery failure", "Failed:", "", "ann@agence.be: 550 5.2.2 full", "bob@agence.be: 550 5.1.1 unknown user"),
  ],
  [
    "a recipient in a sentence",
    ["ann@agence.be failed 5.0.912  for good"],
    plain(
      "Mail delivery failed",
      "There was an error delivering your mail to <ann@agence.be>.",
      "",
      "Host agence.be not found",
    ),
  ],
  [
    "a recipient after a label",
    ["ann@agence.be failed 5.0.922  this time"],
    plain("Undeliverable mail", "User mailbox exceeds allowed size: ann@agence.be", "", "Original message follows."),
  ],
  [
    "a transcript (old sendmail)",
    ["ann@agence.be failed 5.0.912 550 for good"],
    plain(
      "Returned mail: Host unknown",
      ...["   ----- Transcript of session follows -----", "554 <ann@agence.be>... 550 Host unknown", ""],
      ...["   ----- Unsent message follows -----", "From: desk@desk.example", "To: ann@agence.be"],
    ),
  ],
  [
    "a warning that it waits",
    ["ann@agence.be delayed 5.0.947  this time"],
    plain(
      "Delivery Status Notification (Delay)",
      "Delivery to the following recipient has been delayed:",
      "",
      "     ann@agence.be",
    ),
  ],
  [
    "French",
    ["ann@agence.be failed 5.0.910 550 this time"],
    plain(
      "Non remis : votre demande",
      "Votre message n'a pas pu \xeatre remis \xe0 ann@agence.be :",
      "550 utilisateur inconnu",
    ),
  ],
  [
    "a list that takes mail of members only",
    ["users@lists.example failed 5.0.918  this time"],
    [
      ...["From: users-admin@lists.example", "Subject: you are not a member (users)", ""],
      ...["You are not a member of this mailing list <users@lists.example>.", "", "   users-ctl@lists.example"],
    ],
  ],
])("reads words: %s", (_, expected, lines) => {
  expect(deliveryOf(lines)).toEqual(expected);
});

test("a report that a person sends on stays a person's mail", () => {
  const mail = readable(
    mailBytes(
      ...["From: Ann <ann@agence.be>", "Subject: Fwd: Undelivered Mail Returned to Sender", "", "Why?", ""],
      ...["> Final-Recipient: rfc822; bob@agence.be", "> Action: failed", "> Status: 5.1.1"],
    ),
  );
  expect(mail.kind).toBe("ticket");
  expect(mail.delivery.map(short)).toEqual(["bob@agence.be failed 5.1.1  for good"]);
});

test("an ordinary mail has no report", () => {
  const mail = readable(
    mailBytes("From: Ann <ann@agence.be>", "Subject: Help", "", "550 5.1.1 <bob@agence.be> unknown?"),
  );
  expect(mail).toMatchObject({ kind: "ticket", delivery: [], report: null });
});

test("any bytes are read as a report without a throw", () => {
  const head = multipart("delivery-status", []).slice(0, -1).join("\r\n");
  const piece = fc.oneof(
    fc.constantFrom(
      "Final-Recipient: ",
      "rfc822;",
      "Action: failed",
      "Status: 5.",
      "\r\n",
      "\r\n\r\n",
      "<a@b.c>",
      "--b",
      ":",
    ),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      for (const start of [`${head}\r\n`, `${plain("Undelivered", "").join("\r\n")}\r\n`]) {
        const mail = readable(Buffer.from(start + pieces.join("")));
        expect(mail.kind).toBe("report");
        for (const { recipient, status } of mail.delivery) expect(`${recipient}${status}`).not.toContain("\0");
      }
    }),
  );
});

test("10,000 recipients are cut, with a warning", () => {
  const fields = Array.from(
    { length: 10_000 },
    (_, i) => `Final-Recipient: rfc822; a${i}@agence.be\r\nAction: failed\r\n`,
  );
  const mail = readable(mailBytes(...multipart("delivery-status", fields)));
  expect(mail.delivery).toHaveLength(1_000);
  expect(mail.warnings).toContain("The report names more than 1000 recipients; the others were not read.");
});

test.each<[string, string]>([
  ["a", "a"],
  ["addresses", "<a@b.c> "],
  ["half addresses", "a@"],
  ["labels", "to: for: by "],
  ["spaces", " "],
  ["quotes", '"'],
  ["replies", "550 5.1.1 "],
  ["commands", "in reply to the after the "],
  ["reasons", "user mailbox account not host domain "],
  ["statuses", "5.1.5.1."],
  ["headings", "-- original message "],
])("a long line of %s costs no more than its length", (_, piece) => {
  const line = piece.repeat(Math.ceil(1_000_000 / piece.length));
  const lines = `${piece.repeat(50)}\r\n`.repeat(2_000);
  const start = performance.now();
  for (const text of [line, lines]) {
    deliveryOf(plain("Undelivered", text));
    deliveryOf(
      multipart(
        "delivery-status",
        ["Final-Recipient: rfc822; a@b.c", "Action: failed", `Diagnostic-Code: smtp; ${line}`],
        text,
      ),
    );
  }
  expect(performance.now() - start).toBeLessThan(3_000);
});

test.each<[string, string[], string[]]>([
  [
    "words that are broken over lines",
    ["ann@agence.be failed 5.4.1 550 for good"],
    plain(
      "Undelivered Mail Returned to Sender",
      ...[
        "<ann@agence.be>: host mx.agence.be[192.0.2.1] said: 550",
        "    5.4.1 Recipient address rejected: Access",
        "    denied (in",
      ],
      "    reply to RCPT TO command)",
    ),
  ],
  [
    "an alias",
    ["info@agence.be failed 5.1.1 550 for good"],
    plain(
      "Undelivered Mail Returned to Sender",
      "<ann@home.example> (expanded from <info@agence.be>): host mx said: 550 5.1.1 unknown user",
    ),
  ],
  [
    "a recipient in the trace of the mail alone",
    ["ann@agence.be failed 5.0.947  this time"],
    plain(
      "Mail delivery failed",
      ...["  ann", "    timed out", "", "------ This is a copy of the message. ------", ""],
      ...[
        "Received: from desk by mx",
        "\tfor ann@agence.be; Wed, 25 Nov 2026 10:00:00 +0100",
        "From: desk@desk.example",
      ],
    ),
  ],
])("reads %s", (_, expected, lines) => {
  expect(deliveryOf(lines)).toEqual(expected);
});
