import fc from "fast-check";
import { expect, test } from "vitest";
import { addressOfField, isAddress, withoutXtext } from "./report-address.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

function parts(type: string, fields: string[], returned: string[] = []): string[] {
  return [
    ...["From: Ann <ann@agence.be>", "Subject: x", `Content-Type: multipart/report; report-type=${type}; boundary=b`],
    ...["", "--b", "", "Words.", "--b", `Content-Type: message/${type}`, "", ...fields],
    ...["--b", "Content-Type: message/rfc822", "", ...returned, "", "Hello", "--b--"],
  ];
}

const read = (...lines: string[]) => readable(mailBytes(...lines));

test("a delivery report says when, by whom, and about which mail", () => {
  const { report, delivery } = read(
    ...parts(
      "delivery-status",
      [
        ...[
          "Reporting-MTA: dns; mx.example",
          "Original-Envelope-Id: evidence+2B7",
          "",
          "Original-Recipient: rfc822;info@agence.be",
        ],
        ...["Final-Recipient: rfc822;ann@home.example", "Action: delivered", "Status: 2.0.0"],
        "Last-Attempt-Date: Wed, 25 Nov 2026 10:00:00 +0100",
      ],
      ["Message-ID: <notice.1@desk.example>"],
    ),
  );
  expect(report).toEqual({
    about: "delivery",
    reportingMta: "mx.example",
    envelopeId: "evidence+7",
    originalMessageId: "notice.1@desk.example",
    disposition: null,
    feedbackType: null,
  });
  expect(delivery).toMatchObject([
    {
      recipient: "info@agence.be",
      originalRecipient: "info@agence.be",
      finalRecipient: "ann@home.example",
      lastAttemptDate: Date.UTC(2026, 10, 25, 9),
      reason: "none",
    },
  ]);
});

test.each<[string, boolean, string]>([
  ["displayed", true, "manual-action/MDN-sent-manually; displayed"],
  ["deleted", false, "automatic-action/MDN-sent-automatically; deleted/error"],
  ["displayed", false, "automatic-action/MDN-sent-automatically;displayed"],
])("a disposition report: %s, by hand %s", (type, manual, disposition) => {
  const fields = [
    ...[
      "Reporting-UA: desk.example; Mail 1",
      "Original-Recipient: rfc822;info@agence.be",
      "Final-Recipient: rfc822;ann@agence.be",
    ],
    ...["Original-Message-ID: <notice.1@desk.example>", `Disposition: ${disposition}`],
  ];
  expect(read(...parts("disposition-notification", fields))).toMatchObject({
    kind: "report",
    delivery: [],
    report: {
      about: "disposition",
      originalMessageId: "notice.1@desk.example",
      disposition: { type, manual, finalRecipient: "ann@agence.be", originalRecipient: "info@agence.be" },
    },
  });
});

test.each([
  ["displayed", "Read: your ticket", "Your message was read on 1 June 2026."],
  ["deleted", "Not read: your ticket", "Your message was deleted without being read on 1 June 2026."],
])("a receipt in words: %s", (type, subject, text) => {
  const { report, delivery } = read("From: Ann <ann@agence.be>", `Subject: ${subject}`, "", text);
  expect(report).toMatchObject({ about: "disposition", disposition: { type, finalRecipient: "ann@agence.be" } });
  expect(delivery).toEqual([]);
});

test("a complaint is about each recipient that it names, and condemns none", () => {
  const fields = [
    "Feedback-Type: Abuse",
    "Version: 1",
    "Original-Rcpt-To: <a@agence.be>",
    "Original-Rcpt-To: b@agence.be",
  ];
  const { report, delivery } = read(...parts("feedback-report", fields, ["Message-ID: <notice.1@desk.example>"]));
  expect(report).toMatchObject({
    about: "feedback",
    feedbackType: "abuse",
    originalMessageId: "notice.1@desk.example",
  });
  expect(delivery).toMatchObject([
    { recipient: "a@agence.be", outcome: "feedback", status: "", replyCode: "", permanent: false },
    { recipient: "b@agence.be", outcome: "feedback", status: "", replyCode: "", permanent: false },
  ]);
});

test("a complaint that names nobody is about whom the mail was for", () => {
  const { delivery } = read(...parts("feedback-report", ["Feedback-Type: auth-failure"], ["To: Ann <ann@agence.be>"]));
  expect(delivery).toMatchObject([{ recipient: "ann@agence.be", outcome: "feedback" }]);
});

test("a complaint in Microsoft's form", () => {
  const { report, delivery } = read(
    ...["From: staff@hotmail.example", "Subject: complaint about message from 192.0.2.1"],
    ...["Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: message/rfc822", ""],
    ...["X-HmXmrOriginalRecipient: <ann@hotmail.example>", "To: undisclosed-recipients:;", "", "Hello", "--b--"],
  );
  expect(report?.feedbackType).toBe("abuse");
  expect(delivery).toMatchObject([{ recipient: "ann@hotmail.example", outcome: "feedback" }]);
});

test("a program that unsubscribes its reader", () => {
  const { report, delivery } = read(
    ...["From: Ann <ann@agence.be>", "Auto-Submitted: auto-replied", "Subject: unsubscribe", ""],
    "Sent by a program to unsubscribe from the list.",
  );
  expect(report?.feedbackType).toBe("opt-out");
  expect(delivery).toMatchObject([{ recipient: "ann@agence.be", outcome: "feedback" }]);
});

const MAIL = { headers: [{ name: "Message-ID", value: "<notice.1@desk.example>" }] };
const BOUNCED = {
  emailAddress: "ann@agence.be",
  action: "failed",
  status: "5.1.1",
  diagnosticCode: "smtp; 550 5.1.1 who?",
};

test.each<[string, object, object]>([
  [
    "a bounce",
    {
      notificationType: "Bounce",
      bounce: { bouncedRecipients: [BOUNCED], reportingMTA: "dsn; a.example" },
      mail: MAIL,
    },
    { recipient: "ann@agence.be", outcome: "failed", status: "5.1.1", replyCode: "550", permanent: true },
  ],
  [
    "a delivery",
    {
      notificationType: "Delivery",
      delivery: { recipients: ["ann@agence.be"], smtpResponse: "250 2.6.0 Ok", timestamp: "2026-11-25T09:00:00.000Z" },
      mail: MAIL,
    },
    {
      recipient: "ann@agence.be",
      outcome: "delivered",
      status: "2.6.0",
      replyCode: "250",
      lastAttemptDate: Date.UTC(2026, 10, 25, 9),
    },
  ],
  [
    "a complaint",
    {
      notificationType: "Complaint",
      complaint: { complainedRecipients: [{ emailAddress: "ann@agence.be" }] },
      mail: MAIL,
    },
    { recipient: "ann@agence.be", outcome: "feedback", status: "", permanent: false },
  ],
])("a notification in JSON of %s, bare and wrapped", (_, notification, expected) => {
  const bare = JSON.stringify(notification);
  const wrapped = JSON.stringify({ Type: "Notification", Message: bare });
  for (const json of [bare, wrapped, `${wrapped}\r\n\r\n--\r\nStop here: https://sns.example/`]) {
    const { kind, report, delivery } = read("From: no-reply@sns.example", "Subject: Notification", "", json);
    expect({ kind, delivery }).toMatchObject({ kind: "report", delivery: [expected] });
    expect(report?.originalMessageId).toBe("notice.1@desk.example");
  }
});

test("JSON that is broken, or holds other things, is read without a throw", () => {
  for (const json of [
    '{"notificationType":"Bounce"',
    '{"notificationType":"Bounce","bounce":[1,null,{}]}',
    `{${"[".repeat(1e5)}`,
  ]) {
    expect(read("From: no-reply@sns.example", "Subject: x", "", json).delivery).toEqual([]);
  }
});

test.each([
  ["rfc822; ann@agence.be", "ann@agence.be"],
  ["RFC822;<ann@agence.be>", "ann@agence.be"],
  ["<ann@agence.be>", "ann@agence.be"],
  ["ann@agence.be", "ann@agence.be"],
  ["rfc822;@mx.example:ann@agence.be", "ann@agence.be"],
  ['rfc822;"ann b"@agence.be', '"ann b"@agence.be'],
  ["rfc822;ann@[192.0.2.1]", "ann@[192.0.2.1]"],
  ["utf-8;ren\\x{e9}@agence.be", "rené@agence.be"],
  ["utf-8;ren\\x{ffffff}@agence.be", ""],
  ["X-Unix; |/usr/bin/filter ann@agence.be", ""],
  ["rfc822;/var/mail/ann", ""],
  ["rfc822; undisclosed", ""],
])("the address in %s", (field, address) => {
  expect(addressOfField(field)).toBe(address);
});

test("xtext is decoded, and what is no xtext is left", () => {
  expect(withoutXtext("a+2Bb+3Dc+zz+")).toBe("a+b=c+zz+");
});

test("no text is taken for an address that is none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      if (isAddress(text)) expect(text).toMatch(/^[^\s<>]{1,128}@[^\s<>@]+$|^"/);
    }),
  );
});
