import { expect, test } from "vitest";
import { mailBytes, readable } from "./read-test-mail.ts";

function kind(lines: string[], envelopeFrom?: string): string {
  const mail = readable(mailBytes(...lines), envelopeFrom === undefined ? {} : { envelopeFrom });
  return mail.automatic === null ? mail.kind : `${mail.kind} ${mail.automatic}`;
}

const ANN = "From: Ann <ann@agence.be>";
const DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example>";

test.each<[string, string, string[]]>([
  [
    "report",
    "a delivery status",
    [ANN, "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "x", "--b--"],
  ],
  [
    "report",
    "a delivery status in another wrapping",
    [
      "From: Mail Delivery System <mailer-daemon@x.example>",
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; x",
      "--b--",
    ],
  ],
  [
    "ticket",
    "a delivery status that a person attached",
    [
      ANN,
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: message/delivery-status",
      "",
      "Reporting-MTA: dns; x",
      "--b--",
    ],
  ],
  [
    "report",
    "a disposition notice that answers ours",
    [
      ANN,
      "In-Reply-To: <a@b>",
      "Auto-Submitted: auto-replied",
      "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
      "",
      "--b",
      "",
      "x",
      "--b--",
    ],
  ],
  [
    "report",
    "a complaint",
    [
      ANN,
      "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
      "",
      "--b",
      "Content-Type: message/feedback-report",
      "",
      "x",
      "--b--",
    ],
  ],
  [
    "report",
    "a bounce without parts",
    [
      DAEMON,
      "Subject: Mail delivery failed: returning message to sender",
      "",
      "A message could not be delivered: 550 5.1.1 user unknown",
    ],
  ],
  [
    "report",
    "a bounce in French",
    [
      "From: postmaster@agence.be",
      "Return-Path: <>",
      "Subject: Non remis : votre demande",
      "",
      "Le message n'a pas pu \xeatre remis.",
    ],
  ],
  [
    "report",
    "a bounce in Dutch",
    [
      "From: postmaster@agence.be",
      "Return-Path: <>",
      "Subject: Onbestelbaar: uw aanvraag",
      "",
      "Uw bericht kan niet worden bezorgd.",
    ],
  ],
  ["report", "a bounce in German", [DAEMON, "Subject: Unzustellbar: x", "", "y"]],
  ["report", "a delay", [DAEMON, "Return-Path: <>", "Subject: Warning: message 1 delayed 24 hours", "", "x"]],
  ["report", "a bounce marked by its header", ["From: x@y.z", "X-Failed-Recipients: a@b.c", "Subject: x", "", "y"]],
  [
    "report",
    "a receipt in plain text",
    [ANN, "Subject: Lu : votre ticket", "", "Votre message a \xe9t\xe9 lu le 1 juin 2026."],
  ],
  [
    "report",
    "a mail system without a name or an address",
    ["From: <>", "Subject: Delivery status", "", "ann@agence.be could not be delivered: 550 no such user"],
  ],
  [
    "report",
    "a complaint in Microsoft's form",
    [
      "From: staff@hotmail.example",
      "Subject: complaint about message from 192.0.2.1",
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: message/rfc822",
      "",
      "Subject: x",
      "--b--",
    ],
  ],
  [
    "report",
    "a program that unsubscribes its reader",
    [ANN, "Auto-Submitted: auto-replied", "Subject: unsubscribe", "", "Sent by Mail to unsubscribe from the list."],
  ],
  [
    "ticket",
    "a person who wants to unsubscribe",
    [ANN, "Subject: unsubscribe", "", "I want to unsubscribe from this."],
  ],
  [
    "report",
    "a list that refuses a stranger",
    ["From: users-owner@lists.example", "Subject: Not a member", "", "You are not a member of this list."],
  ],
  [
    "ticket",
    "a person who is no member",
    [ANN, "Subject: Ann is not a member", "", "She is not a member of our group. Please add her."],
  ],
  [
    "auto-reply challenge",
    "a spam filter that wants to be answered",
    [
      ANN,
      "Subject: Please confirm your message",
      "",
      "Click on this link, so that your message is delivered to Ann: https://filter.example/1",
    ],
  ],
  [
    "auto-reply challenge",
    "a challenge in French, by its form",
    [
      ANN,
      "Auto-Submitted: auto-replied",
      "Subject: Re: x",
      "",
      "Cliquez ici pour que votre message soit remis \xe0 Ann.",
    ],
  ],
  [
    "auto-reply challenge",
    "a challenge in Dutch",
    [ANN, "Subject: Bevestig uw e-mail", "", "Uw bericht is nog niet bezorgd. Klik hier om het te bevestigen."],
  ],
  [
    "ticket",
    "a person who asks to confirm something",
    [ANN, "Subject: Please confirm your visit", "", "Can you reply to this and confirm that you come on Monday?"],
  ],
  [
    "reply",
    "a person who asks about a message that was held",
    [
      ANN,
      "References: <a@b>",
      "Subject: Re: x",
      "",
      "My mail was held by a filter. Must I click the link to confirm it?",
    ],
  ],
  [
    "auto-reply out-of-office",
    "an absence by its header",
    [ANN, "Auto-Submitted: auto-replied", "Subject: Re: x", "", "I am out of the office."],
  ],
  [
    "auto-reply other",
    "a machine's mail",
    [ANN, "Auto-Submitted: auto-generated", "Subject: Backup done", "", "All is well."],
  ],
  [
    "auto-reply list",
    "a list's own mail",
    [
      "From: list@x.y",
      "Auto-Submitted: auto-generated",
      "List-Id: <x.y>",
      "Subject: Welcome",
      "",
      "You are subscribed.",
    ],
  ],
  [
    "auto-reply out-of-office",
    "Outlook in English",
    [ANN, "In-Reply-To: <a@b>", "Subject: Automatic reply: your ticket", "", "x"],
  ],
  ["auto-reply out-of-office", "Outlook in French", [ANN, "Subject: R\xe9ponse automatique : votre ticket", "", "x"]],
  ["auto-reply out-of-office", "Outlook in Dutch", [ANN, "Subject: Automatisch antwoord: uw ticket", "", "x"]],
  ["auto-reply out-of-office", "Outlook in German", [ANN, "Subject: Abwesenheitsnotiz", "", "x"]],
  [
    "auto-reply out-of-office",
    "a person's own rule",
    [ANN, "Subject: Afwezig: uw ticket", "", "Ik ben afwezig tot maandag."],
  ],
  ["auto-reply other", "an old answering machine", [ANN, "X-Autoreply: yes", "Subject: x", "", "We got your mail."]],
  ["auto-reply other", "the null sender", [ANN, "Return-Path: <>", "Subject: x", "", "y"]],
  ["reply", "an answer", [ANN, "In-Reply-To: <a@b>", "Subject: Re: x", "", "y"]],
  ["reply", "an answer by its references", [ANN, "References: <a@b>", "Subject: x", "", "y"]],
  ["reply", "a person's answer to an absence", [ANN, "In-Reply-To: <a@b>", "Subject: Re: Automatic reply: x", "", "y"]],
  [
    "reply",
    "a forwarded bounce",
    [ANN, "References: <a@b>", "Subject: Fwd: Undelivered Mail Returned to Sender", "", "Why? 550 5.1.1 User unknown"],
  ],
  ["ticket", "a question", [ANN, "Subject: x", "", "y"]],
  [
    "ticket",
    "a question about bounces",
    [
      ANN,
      "Subject: Delivery failed for our mails",
      "",
      "Our mails could not be delivered: 550 5.1.1 user unknown. Why?",
    ],
  ],
  [
    "ticket",
    "a question from a postmaster",
    ["From: postmaster@agence.be", "Subject: Delivery problem", "", "Can you help?"],
  ],
  ["ticket", "a question about absences", [ANN, "Subject: Absence", "", "How do I announce one in your program?"]],
  ["ticket", "a question about automatic answers", [ANN, "Subject: Out of office: how do I set this?", "", "Hello."]],
  [
    "ticket",
    "the same in French, asked in its text",
    [ANN, "Subject: Automatic reply", "", "Bonjour, comment la d\xe9sactiver"],
  ],
  ["ticket", "a question that begins like an absence", [ANN, "Subject: Out of office does not work", "", "Help."]],
  [
    "ticket",
    "a mail through a list",
    [ANN, "List-Id: <helpdesk.agence.be>", "Precedence: list", "Subject: x", "", "y"],
  ],
  [
    "ticket",
    "a mail that wants no answers from machines",
    [ANN, "X-Auto-Response-Suppress: OOF, AutoReply", "Auto-Submitted: no", "Subject: x", "", "y"],
  ],
  ["ticket", "nothing", []],
])("%s: %s", (expected, _, lines) => {
  expect(kind(lines)).toBe(expected);
});

test("the envelope counts, and not what a sender wrote into Return-Path", () => {
  const lines = [ANN, "Return-Path: <>", "Subject: x", "", "y"];
  expect(kind(lines, "ann@agence.be")).toBe("ticket");
  expect(kind([ANN, "Subject: x", "", "y"], "")).toBe("auto-reply other");
});
