import { instant } from "@permanence/kernel";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { type MailToQueue, renderMail } from "./outgoing-mail.ts";
import { headerText } from "./outgoing-mime.ts";

const IDENTITY = {
  messageId: "abc.def@desk.example",
  returnPath: "help+b-abc@desk.example",
  replyTo: "help+t-abc@desk.example",
  date: instant(Date.UTC(2026, 11, 24, 16, 30)),
};

const NOTICE: MailToQueue = {
  purpose: "notice",
  ticketId: "t",
  contactId: "c",
  mailbox: "help@desk.example",
  fromName: "Aide & Co",
  to: { name: "Zoé Müller", address: "zoe@agence.be" },
  subject: "Votre demande n° 12 est enregistrée",
  text: "Bonjour Zoé,\r\n\r\nÀ bientôt.\n.\nFin",
  html: "<p>Bonjour Zoé</p>",
  language: "fr",
  replyToken: "abc",
  inReplyTo: "x@agence.be",
  references: ["w@agence.be", "x@agence.be"],
  automatic: "auto-replied",
  requestMdn: true,
};

test("a notice says what it is, and where it belongs", async () => {
  const bytes = renderMail(NOTICE, IDENTITY);
  const mail = await PostalMime.parse(bytes);
  const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));

  expect(mail).toMatchObject({
    from: { name: "Aide & Co", address: "help@desk.example" },
    to: [{ name: "Zoé Müller", address: "zoe@agence.be" }],
    replyTo: [{ address: "help+t-abc@desk.example" }],
    subject: NOTICE.subject,
    messageId: "<abc.def@desk.example>",
    inReplyTo: "<x@agence.be>",
    references: "<w@agence.be> <x@agence.be>",
    date: "2026-12-24T16:30:00.000Z",
  });
  expect(mail.text?.trim()).toBe("Bonjour Zoé,\n\nÀ bientôt.\n.\nFin");
  expect(mail.html?.trim()).toBe(NOTICE.html);
  expect(headers).toMatchObject({
    "auto-submitted": "auto-replied",
    "x-auto-response-suppress": "All",
    "content-language": "fr",
    "disposition-notification-to": "help+b-abc@desk.example",
  });
  expect(headers).not.toHaveProperty("precedence");
});

test("a person's reply is not marked automatic, and asks for nothing unasked", async () => {
  const reply = { ...NOTICE, automatic: null, requestMdn: false, html: null, inReplyTo: null, references: [] };
  const mail = await PostalMime.parse(renderMail(reply, IDENTITY));
  const keys = mail.headers.map(({ key }) => key);
  for (const absent of [
    "auto-submitted",
    "x-auto-response-suppress",
    "disposition-notification-to",
    "in-reply-to",
    "references",
  ]) {
    expect(keys).not.toContain(absent);
  }
  expect(mail.html).toBeUndefined();
});

test("whatever a text holds, it comes out as it went in, and nothing else does", async () => {
  const pieces = [
    "\r\n",
    "\n",
    "\r",
    "\r\nBcc: evil@x.example\r\n",
    "é",
    "=?utf-8?q?x?=",
    '"',
    "<",
    ">",
    ",",
    ";",
    ":",
    "\0",
  ];
  const others = [
    "\u2028",
    " ",
    "漢",
    "🦊",
    "=",
    "=3D",
    "--",
    "--=_abc.def",
    ".",
    "\r\n.\r\n",
    "From ",
    "a".repeat(300),
    "é ".repeat(90),
  ];
  const hostile = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.array(fc.constantFrom(...pieces, ...others), { maxLength: 12 }).map((parts) => parts.join("")),
  );
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (name, subject, id, text) => {
      const to = { name, address: "zoe@agence.be" };
      const mail = {
        ...NOTICE,
        fromName: name,
        to,
        subject,
        inReplyTo: id,
        references: [id],
        text,
        html: `<p>${text}`,
      };
      const bytes = renderMail(mail, IDENTITY);
      const parsed = await PostalMime.parse(bytes);

      expect(HEADERS).toEqual(expect.arrayContaining(parsed.headers.map(({ key }) => key)));
      expect(parsed.to).toEqual([{ name: headerText(name), address: "zoe@agence.be" }]);
      expect(parsed.from).toEqual({ name: headerText(name), address: "help@desk.example" });
      expect(parsed.subject ?? "").toBe(headerText(subject));
      const lines = text.toWellFormed().replaceAll("\0", "").replace(/\r\n?/g, "\n");
      expect(parsed.text).toBe(`${lines}\n`);
      expect(parsed.html).toBe(`<p>${lines}\n`);
      expect(/[^\r]\n|\r[^\n]/.test(bytes.toString("latin1"))).toBe(false);
      expect(
        Math.max(
          ...bytes
            .toString("latin1")
            .split("\r\n")
            .map((line) => line.length),
        ),
      ).toBeLessThan(999);
    }),
    { numRuns: 300 },
  );
});

const HEADERS = `from to reply-to subject date message-id in-reply-to references content-language auto-submitted
  x-auto-response-suppress disposition-notification-to mime-version content-type content-transfer-encoding`.split(
  /\s+/,
);

test.each([
  ["zoe@bücher.example", "zoe@xn--bcher-kva.example"], // Needs nothing of the relay.
  ["zoé@bücher.example", "zoé@bücher.example"], // RFC 6532; the relay must know SMTPUTF8.
])("%s is written as %s", async (address, written) => {
  const mail = { ...NOTICE, to: { name: "", address } };
  expect(renderMail(mail, IDENTITY).toString("utf8")).toContain(`To: ${written}\r\n`);
});
