import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanFileName } from "./mime-attachments.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\me\\secret.docx", "secret.docx"],
  ["..", ""],
  ["", ""],
  ["/", ""],
  ["inv\u202efdp.exe", "invfdp.exe"],
  ["a\u0000b\nc.pdf", "abc.pdf"],
  ["\ufeffzero\u200bwidth.txt", "zerowidth.txt"],
  ["half\ud83d.txt", "half\ufffd.txt"],
  ["漢字 🎉.png", "漢字 🎉.png"],
  [`${"x".repeat(500)}.pdf`, `${"x".repeat(196)}.pdf`],
])("shows %j as %j", (name, shown) => {
  expect(cleanFileName(name)).toBe(shown);
});

test("shows any name on one line, without a folder, and not endless", () => {
  fc.assert(
    fc.property(
      fc.uint16Array({ maxLength: 400 }).map((units) => String.fromCharCode(...units)),
      (name) => {
        const shown = cleanFileName(name);
        expect(shown).not.toMatch(/[/\\\p{Cc}\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(201); // A pair cut in two gives a replacement character.
        expect(cleanFileName(shown)).toBe(shown);
      },
    ),
  );
});

const attached = (...lines: string[]): string[] =>
  readable(
    mailBytes("Content-Type: multipart/mixed; boundary=m", "", "--m", "", "See below.", "--m", ...lines, "--m--"),
  ).attachments.map(({ name }) => name);

test.each([
  ["its subject", ["Subject: Notre contrat"], "Notre contrat.eml"],
  ["its encoded subject", ["Subject: =?utf-8?Q?D=C3=A9j=C3=A0?=", " =?utf-8?Q?_vu?="], "Déjà vu.eml"],
  ["its subject, without folders", ["Subject: RE: a/b\\c"], "RE a b c.eml"],
  ["no subject", ["From: a@b.c"], "message.eml"],
  ["a subject of dots", ["Subject: .."], "message.eml"],
  ["an endless subject", [`Subject: ${"x".repeat(500)}`], `${"x".repeat(196)}.eml`],
])("a message that is forwarded as one is named by %s", (_, header, name) => {
  expect(attached("Content-Type: message/rfc822", "", ...header, "", "Subject: not this")).toEqual([name]);
});

test("a forwarded message keeps the name that it came with", () => {
  const named = ["Content-Type: message/rfc822", "Content-Disposition: attachment; filename=mine.eml"];
  expect(attached(...named, "", "Subject: x", "", "y")).toEqual(["mine.eml"]);
});

test("what Outlook packs for itself is told", () => {
  const mail = readable(mailBytes("Content-Type: application/ms-tnef", "Content-Disposition: attachment", "", "x"));
  expect(mail.attachments).toHaveLength(1);
  expect(mail.warnings).toEqual([
    `"winmail.dat" is in a format of Outlook's own (TNEF); what it holds was not opened.`,
  ]);
});
