import { createHash } from "node:crypto";
import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { readMail } from "./read-core.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const PNG = Buffer.from("iVBORw0KGgo=", "base64");
const RELATED = mailBytes(
  "From: =?utf-8?Q?Andr=C3=A9?= Dupont <andre@agence.be>",
  'To: Helpdesk <helpdesk@desk.example>, "Peeters, Ann" <ann@agence.be>',
  "Cc: Team: a@b.c, d@e.f;",
  "Subject: =?iso-8859-1?Q?Probl=E8me?= avec",
  " l'impression",
  "Date: Mon, 1 Jun 2026 10:00:00 +0200",
  "Message-ID: <1@agence.be>",
  "In-Reply-To: <0@desk.example>",
  "References: <a@x> <b@y>",
  " <c@z>",
  "MIME-Version: 1.0",
  "Content-Type: multipart/mixed; boundary=m",
  "",
  "--m",
  "Content-Type: multipart/related; boundary=r",
  "",
  "--r",
  "Content-Type: multipart/alternative; boundary=a",
  "",
  "--a",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Cela ne marche plus depuis l'=C3=A9t=C3=A9.",
  "--a",
  "Content-Type: text/html; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  '<p>Cela ne marche plus depuis l\'=C3=A9t=C3=A9. <img src=3D"cid:logo@x"></p>',
  "--a--",
  "--r",
  "Content-Type: image/png; name=logo.png",
  "Content-ID: <logo@x>",
  "Content-Transfer-Encoding: base64",
  "",
  "iVBORw0KGgo=",
  "--r--",
  "--m",
  "Content-Type: application/pdf",
  "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf",
  "",
  "%PDF-1.7",
  "--m",
  "Content-Type: message/rfc822",
  "",
  "Subject: forwarded",
  "",
  "inside",
  "--m--",
);

test("reads a mail with all its parts", () => {
  const mail = readable(RELATED);
  expect(mail).toMatchObject({
    kind: "reply",
    from: { name: "André Dupont", address: "andre@agence.be" },
    to: [
      { name: "Helpdesk", address: "helpdesk@desk.example" },
      { name: "Peeters, Ann", address: "ann@agence.be" },
    ],
    cc: [
      { name: "", address: "a@b.c" },
      { name: "", address: "d@e.f" },
    ],
    subject: "Problème avec l'impression",
    date: Date.UTC(2026, 5, 1, 8),
    messageId: "1@agence.be",
    inReplyTo: "0@desk.example",
    references: ["a@x", "b@y", "c@z"],
    text: "Cela ne marche plus depuis l'été.",
    reply: "Cela ne marche plus depuis l'été.",
    html: `<p>Cela ne marche plus depuis l'été. <img src="cid:logo@x"></p>`,
    language: "fr",
    warnings: [],
  });
  expect(mail.attachments.map(({ bytes: _bytes, sha256: _sha256, ...rest }) => rest)).toEqual([
    { name: "logo.png", type: "image/png", sizeBytes: 8, inline: true, contentId: "logo@x" },
    { name: "résumé.pdf", type: "application/pdf", sizeBytes: 8, inline: false, contentId: null },
    { name: "forwarded.eml", type: "message/rfc822", sizeBytes: 28, inline: false, contentId: null },
  ]);
  expect(mail.attachments[0]!.sha256).toBe(createHash("sha256").update(PNG).digest("hex"));
});

test("makes text of HTML where there is no other, quotes as quotes", () => {
  const { text, html } = readable(
    mailBytes(
      "Content-Type: text/html",
      "",
      "<title>x</title><p>One &amp; <b>two</b></p><ul><li>three</ul><blockquote>old</blockquote>",
    ),
  );
  expect(text).toBe("One & two\n\n * three\n\n> old");
  expect(html).toContain("<blockquote>");
});

test.each([
  [
    "text beside a signature of HTML",
    ["text/plain", "mine"],
    ["text/html", "<p>sent by</p>"],
    "mine\nsent by",
    '<div style="white-space: pre-wrap">mine</div>\n<p>sent by</p>',
  ],
  ["two texts", ["text/plain", "one"], ["text/plain", "a <b> c"], "one\na <b> c", null],
])("joins %s", (_, [typeA, a], [typeB, b], text, html) => {
  const mail = readable(
    mailBytes(
      "Content-Type: multipart/mixed; boundary=m",
      "",
      "--m",
      `Content-Type: ${typeA}`,
      "",
      a!,
      "--m",
      `Content-Type: ${typeB}`,
      "",
      b!,
      "--m--",
    ),
  );
  expect(mail).toMatchObject({ text, html, attachments: [] });
});

test.each([
  [
    "Gmail",
    '<div>Merci !</div><br><div class="gmail_quote"><div>Le lun. 1 juin 2026 à 10:00, Help &lt;<a href="mailto:h@d.example">h@d.example</a>&gt; a écrit :<br></div><blockquote>Bonjour</blockquote></div>',
  ],
  [
    "Outlook",
    "<div><p>Merci !</p><div style='border-top:solid 1.0pt'><p><b>De :</b> Help &lt;h@d.example&gt;<br><b>Envoyé :</b> lundi 1 juin 2026<br><b>À :</b> Ann<br><b>Objet :</b> RE: x</p></div><p>Bonjour</p></div>",
  ],
  [
    "Outlook on the web",
    '<div>Merci !</div><hr><div id="divRplyFwdMsg"><b>Van:</b> Help<br><b>Verzonden:</b> maandag 1 juni 2026<br><b>Aan:</b> Ann<br><b>Onderwerp:</b> RE: x</div><div>Dag</div>',
  ],
  [
    "Apple Mail",
    "Merci !<br><div><br><blockquote type='cite'><div>Le 1 juin 2026 à 10:00, Help &lt;h@d.example&gt; a écrit :</div><div>Bonjour</div></blockquote></div>",
  ],
])("finds what was newly written in a page of %s", (_, html) => {
  const mail = readable(Buffer.from(`Content-Type: text/html; charset=utf-8\r\n\r\n${html}`));
  expect(mail.reply).toBe("Merci !");
});

test("an alternative within parts stands for one body only, as Apple Mail writes it", () => {
  const mail = readable(
    mailBytes(
      "Content-Type: multipart/alternative; boundary=a",
      "",
      "--a",
      "",
      "text",
      "--a",
      "Content-Type: multipart/mixed; boundary=m",
      "",
      "--m",
      "Content-Type: text/html",
      "",
      "<p>page</p>",
      "--m",
      "Content-Type: application/pdf; name=a.pdf",
      "",
      "x",
      "--m",
      "Content-Type: text/html",
      "",
      "<br>",
      "--m--",
      "--a--",
    ),
  );
  expect(mail).toMatchObject({ text: "text", html: "<p>page</p>\n<br>" });
  expect(mail.attachments).toHaveLength(1);
});

test("a text with a name, beside the body, is an attachment with the sender's own bytes", () => {
  const mail = readable(
    mailBytes(
      "Content-Type: multipart/mixed; boundary=m",
      "",
      "--m",
      "",
      "body",
      "--m",
      "Content-Type: text/plain; name=log.txt; charset=latin1",
      "",
      "\xe9t\xe9\r\nfin",
      "--m--",
    ),
  );
  expect(mail.text).toBe("body");
  expect(Buffer.from(mail.attachments[0]!.bytes).toString("latin1")).toBe("\xe9t\xe9\r\nfin");
});

test("joins flowed lines, at each depth of quoting", () => {
  const lines = ["> It is ", "> broken.", "Which ", "one?", " From here", "-- ", "Ann"];
  const mail = readable(mailBytes("Content-Type: text/plain; format=flowed", "", ...lines));
  expect(mail.text).toBe("> It is broken.\nWhich one?\nFrom here\n-- \nAnn");
});

test.each([
  ["From: ann@agence.be (Ann)", { name: "Ann", address: "ann@agence.be" }],
  ["From: Ann <ann @agence.be>", { name: "Ann", address: "ann@agence.be" }],
  ["From: <@relay.example:ann@agence.be>", { name: "", address: "ann@agence.be" }],
  ['From: "=?utf-8?B?QW5uLCBELg==?=" <ann@agence.be>', { name: "Ann, D.", address: "ann@agence.be" }],
  ["From: =?utf-8?Q?boss=40agence.be?= <ann@agence.be>", { name: "boss@agence.be", address: "ann@agence.be" }],
  [
    "From: =?utf-8?Q?ceo=40agence.be_=3Cceo=40agence.be=3E?= <ann@agence.be>",
    { name: "ceo@agence.be <ceo@agence.be>", address: "ann@agence.be" },
  ],
  ["From: J\xf6rg <j@agence.be>", { name: "Jörg", address: "j@agence.be" }],
  ["From: =?iso-8859-1?Q?J=C3=B6rg?= <j@agence.be>", { name: "Jörg", address: "j@agence.be" }],
  ["From: mailto:ann@agence.be", { name: "", address: "ann@agence.be" }],
  ["From:", null],
])("reads %s", (line, from) => {
  expect(readable(mailBytes(line, "", "x")).from).toEqual(from);
});

test.each([
  ["<a@b>", ["a@b"]],
  ["<a@b> <a@b>\t<c@d>", ["a@b", "c@d"]],
  ["Ann's message of Monday <a@b>", ["a@b"]],
  ["a@b c@d", ["a@b", "c@d"]],
  ["<a @b>", ["a@b"]],
  ["<>", []],
])("reads References: %s", (value, ids) => {
  expect(readable(mailBytes(`References: ${value}`, "", "x")).references).toEqual(ids);
});

test("keeps nothing that the database refuses", () => {
  const mail = readable(
    mailBytes(
      "From: a\0b <a@b.c>",
      "Subject: =?utf-8?B?AGEA?= =?utf-8?B?7aCA?=",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "a\0b\xed\xa0\x80c",
    ),
  );
  expect(JSON.stringify(mail)).not.toMatch(/\\u0000|\\ud800/);
  expect(mail.text).toMatch(/^ab.*c$/);
});

test("reads old Macintosh line ends", () => {
  expect(readable(Buffer.from("Subject: x\r\rone\rtwo"))).toMatchObject({ subject: "x", text: "one\ntwo" });
});

test("reads no more than it must of what has no end", () => {
  const recipients = Array.from({ length: 100_000 }, (_, i) => `user${i}@agence.be`).join(",\r\n ");
  const mail = readable(mailBytes(`To: ${recipients}`, "", "x".repeat(3_000_000)));
  expect(mail.to.length).toBeLessThan(5_000);
  expect(mail.text).toHaveLength(1_000_000);
  expect(mail.warnings).toHaveLength(2);
});

test("says why a mail is unreadable", () => {
  const nested = Array.from(
    { length: 10_000 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}`,
  );
  expect(readMail(mailBytes(...nested), { languages: ["fr"], prior: [] })).toEqual({
    unreadable: "Its parts nest more than 50 levels deep.",
  });
});

test("any bytes are read or refused, in strings that can be stored", () => {
  const words = fc.constantFrom(
    "\r\n",
    "\n",
    "\r",
    "--b",
    "--b--",
    "Content-Type: multipart/mixed; boundary=b",
    "Content-Type: text/html; charset=",
    "=?utf-8?Q?",
    "?=",
    "From: ",
    "<a@b>",
    "\0",
    "\xff",
    "=",
    "Content-Transfer-Encoding: base64",
    " ",
  );
  const bytes = fc.array(
    fc.oneof(
      words,
      fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    ),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(bytes, (pieces) => {
      const mail = readable(Buffer.from(pieces.join(""), "latin1"));
      const json = JSON.stringify({ ...mail, attachments: mail.attachments.map(({ bytes: _bytes, ...rest }) => rest) });
      expect(json).not.toContain("\\u0000");
      expect(json).not.toMatch(/\\ud[89a-f]/);
    }),
    { numRuns: 500 },
  );
});

test("a mail with bytes flipped is still read", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(RELATED.length - 1), fc.nat(255)), { maxLength: 20 }), (flips) => {
      const bytes = Buffer.from(RELATED);
      for (const [at, byte] of flips) bytes[at] = byte;
      expect(readable(bytes).contentSha256).toHaveLength(64);
    }),
    { numRuns: 300 },
  );
});

test("reads well-formed mail as another reader does", async () => {
  const ascii = fc
    .stringMatching(/^[a-zA-Z0-9 .]{1,40}$/)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  await fc.assert(
    fc.asyncProperty(
      ascii,
      ascii,
      fc.string({ unit: "grapheme-composite" }),
      fc.uint8Array({ minLength: 1 }),
      async (subject, name, text, file) => {
        const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
        const bytes = mailBytes(
        `From: "${name}" <a@b.example>`, `Subject: ${subject}`, "Content-Type: multipart/mixed; boundary=xyz", "",
        "--xyz", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", base64(Buffer.from(`t${text}`)),
        "--xyz", "Content-Type: application/x-thing; name=thing.bin", "Content-Transfer-Encoding: base64", "", base64(file), "--xyz--", "",
      ); // prettier-ignore
        const [mine, theirs] = [readable(bytes), await PostalMime.parse(bytes)];
        expect(mine.subject).toBe(theirs.subject!.replaceAll(/\s+/g, " "));
        expect(mine.from).toEqual({ ...theirs.from, name: theirs.from!.name.replaceAll(/\s+/g, " ") });
        expect(Buffer.from(mine.attachments[0]!.bytes)).toEqual(
          Buffer.from(theirs.attachments[0]!.content as ArrayBuffer),
        );
        if (!/[\0\r]/.test(text)) expect(mine.text).toBe(theirs.text);
      },
    ),
  );
});
