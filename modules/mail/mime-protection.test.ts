import fc from "fast-check";
import { expect, test } from "vitest";
import { cmsKindOf, signedContentOf } from "./mime-cms.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const part = (type: string, ...lines: string[]): string[] => ["--b", `Content-Type: ${type}`, "", ...lines];

test.each([
  ["OpenPGP", "application/pgp-signature", "openpgp"],
  ["S/MIME", "application/pkcs7-signature", "smime"],
  ["S/MIME, as it was", "application/x-pkcs7-signature", "smime"],
])("knows a mail signed by %s", (_, type, scheme) => {
  const parts = [...part("text/plain", "Merci."), ...part(type, "aGVsbG8="), "--b--"];
  const declared = readable(mailBytes(`Content-Type: multipart/signed; protocol="${type}"; boundary=b`, "", ...parts));
  const undeclared = readable(mailBytes("Content-Type: multipart/signed; boundary=b", "", ...parts));
  const expected = { text: "Merci.", reply: "Merci.", protection: { kind: "signed", scheme } };
  expect(declared).toMatchObject(expected);
  expect(undeclared).toMatchObject(expected);
  expect(declared.attachments).toHaveLength(1);
});

const PGP_PARTS = [
  ...part("application/pgp-encrypted", "Version: 1"),
  ...part("application/octet-stream", "x"),
  "--b--",
];

test.each([
  ["as RFC 3156 has it", 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b', PGP_PARTS],
  ["as a server left it", "multipart/mixed; boundary=b", [...part("text/plain", ""), ...PGP_PARTS]],
])("knows an encrypted mail (OpenPGP), %s", (_, type, lines) => {
  expect(readable(mailBytes(`Content-Type: ${type}`, "", ...lines))).toMatchObject({
    text: "",
    html: null,
    protection: { kind: "encrypted", scheme: "openpgp" },
    warnings: ["The mail is encrypted (OpenPGP); only who has its key can read its text."],
  });
});

test("knows what is encrypted within a signature of another kind", () => {
  const text = ["-----BEGIN PGP MESSAGE-----", "", "aGVsbG8=", "-----END PGP MESSAGE-----"];
  const parts = [...part("text/plain", ...text), ...part("application/pkcs7-signature", "aGVsbG8="), "--b--"];
  const mail = readable(mailBytes("Content-Type: multipart/signed; boundary=b", "", ...parts));
  expect(mail).toMatchObject({ text: "", protection: { kind: "encrypted", scheme: "openpgp" } });
  expect(mail.warnings).toEqual(["The mail is encrypted (OpenPGP); only who has its key can read its text."]);
});

/** X.690: a tag, a length, a content; the length in the fewest bytes, or left open. */
function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
const open = (tag: number, ...contents: Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...contents, Buffer.from([0, 0])]);
const oid = (hex: string): Buffer => der(6, Buffer.from(hex, "hex"));
const [DATA, SIGNED, ENVELOPED] = [1, 2, 3].map((last) => oid(`2a864886f70d01070${last}`)) as [Buffer, Buffer, Buffer];
const HEAD = [der(2, Buffer.from([1])), der(0x31, der(0x30, oid("608648016503040201")))];

const INSIDE = mailBytes("Content-Type: text/plain; charset=utf-8", "", "Le contrat est sign\xc3\xa9.");
const definite = der(
  0x30,
  SIGNED,
  der(0xa0, der(0x30, ...HEAD, der(0x30, DATA, der(0xa0, der(4, INSIDE))), der(0x31))),
);
const streamed = open(
  0x30,
  SIGNED,
  open(0xa0, open(0x30, ...HEAD, open(0x30, DATA, open(0xa0, open(0x24, der(4, INSIDE.subarray(0, 20)), der(4, INSIDE.subarray(20))))))),
); // prettier-ignore

const smime = (type: string, bytes: Uint8Array): Buffer =>
  mailBytes("From: ann@agence.be", "Subject: Contrat", `Content-Type: ${type}`, "Content-Transfer-Encoding: base64", "", Buffer.from(bytes).toString("base64")); // prettier-ignore

test.each([
  ["of known lengths", definite],
  ["as streams write it", streamed],
])("reads the text within a signature (S/MIME) %s", (_, bytes) => {
  const mail = readable(smime("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", bytes));
  expect(mail).toMatchObject({
    subject: "Contrat",
    from: { address: "ann@agence.be" },
    text: "Le contrat est signé.",
    protection: { kind: "signed", scheme: "smime" },
    attachments: [],
    warnings: [],
  });
});

test.each([
  ["its content", "application/pkcs7-mime; name=smime.p7m", der(0x30, ENVELOPED)],
  ["its content, against its type", "application/x-pkcs7-mime; smime-type=signed-data", der(0x30, ENVELOPED)],
  ["its type", "application/pkcs7-mime; smime-type=enveloped-data", Buffer.from("what is this?")],
  ["its name", "application/octet-stream; name=smime.p7m", der(0x30, ENVELOPED)],
])("knows an encrypted mail (S/MIME) by %s", (_, type, bytes) => {
  const mail = readable(smime(type, bytes));
  expect(mail).toMatchObject({ text: "", protection: { kind: "encrypted", scheme: "smime" } });
  expect(mail.warnings).toEqual(["The mail is encrypted (S/MIME); only who has its key can read its text."]);
  expect(mail.attachments).toHaveLength(1);
});

test("tells that a signature was not opened", () => {
  const mail = readable(smime("application/pkcs7-mime; smime-type=signed-data", der(0x30, SIGNED)));
  expect(mail).toMatchObject({ text: "", protection: { kind: "signed", scheme: "smime" } });
  expect(mail.warnings).toEqual(["The text is inside of a signature (S/MIME) that was not opened."]);
});

const signatureAround = (content: Uint8Array): Buffer =>
  der(0x30, SIGNED, der(0xa0, der(0x30, ...HEAD, der(0x30, DATA, der(0xa0, der(4, content))))));

test("knows what is encrypted within a signature", () => {
  const encrypted = smime("application/pkcs7-mime; smime-type=enveloped-data", der(0x30, ENVELOPED));
  const mail = readable(smime("application/pkcs7-mime", signatureAround(encrypted)));
  expect(mail).toMatchObject({ text: "", protection: { kind: "encrypted", scheme: "smime" } });
  expect(mail.warnings).toHaveLength(1);
});

test("opens signatures around signatures, but not without end", () => {
  let nested: Buffer = INSIDE;
  const mails = Array.from({ length: 5 }, () => {
    nested = smime("application/pkcs7-mime; smime-type=signed-data", signatureAround(nested));
    return readable(nested);
  });
  expect(mails.slice(0, 3).map(({ text }) => text)).toEqual(Array.from({ length: 3 }, () => "Le contrat est signé."));
  expect(mails[4]).toMatchObject({ text: "", protection: { kind: "signed" }, warnings: [expect.any(String)] });
});

test.each([
  ["an ordinary mail", mailBytes("Content-Type: text/plain", "", "Bonjour")],
  ["one with a signed mail attached", mailBytes("Content-Type: message/rfc822", "", "Content-Type: multipart/signed; protocol=application/pgp-signature; boundary=b", "", ...PGP_PARTS)],
  ["one with an encrypted file", mailBytes("Content-Type: multipart/mixed; boundary=b", "", ...part("text/plain", "See the file."), ...part("application/pgp-encrypted", "-----BEGIN PGP MESSAGE-----"), "--b--")],
  ["certificates alone", smime("application/pkcs7-mime; smime-type=certs-only", der(0x30, oid("2a864886f70d010706")))],
])("%s is not protected", (_, bytes) => {
  expect(readable(bytes).protection).toBeNull();
}); // prettier-ignore

test("no bytes are too odd for it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      cmsKindOf(Buffer.from(bytes));
      signedContentOf(Buffer.from(bytes));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(streamed.length - 1), fc.nat(255)), { maxLength: 4 }), (flips) => {
      for (const source of [definite, streamed]) {
        const bytes = Buffer.from(source);
        for (const [at, byte] of flips) bytes[at % bytes.length] = byte;
        readable(smime("application/pkcs7-mime; smime-type=signed-data", bytes));
      }
    }),
  );
});
