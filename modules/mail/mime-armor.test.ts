import fc from "fast-check";
import { expect, test } from "vitest";
import { openArmor } from "./mime-armor.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const SIGNATURE = ["-----BEGIN PGP SIGNATURE-----", "", "aGVsbG8=", "-----END PGP SIGNATURE-----"];
const MESSAGE = ["-----BEGIN PGP MESSAGE-----", "Version: X", "", "aGVsbG8=", "=abcd", "-----END PGP MESSAGE-----"];

test.each([
  [
    "with a hash",
    ["-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA512", "", "Bonjour,", "", "- -- ", "Ann", ...SIGNATURE],
  ],
  ["without", ["-----BEGIN PGP SIGNED MESSAGE-----", "", "Bonjour,", "", "- -- ", "Ann", ...SIGNATURE]],
])("shows what is signed, %s", (_, lines) => {
  const mail = readable(mailBytes("Content-Type: text/plain", "", ...lines));
  expect(mail).toMatchObject({
    text: "Bonjour,\n\n-- \nAnn",
    reply: "Bonjour,",
    protection: { kind: "signed", scheme: "openpgp" },
    attachments: [],
    warnings: [],
  });
});

test("keeps what a list adds to what is signed", () => {
  const lines = ["Above.", "-----BEGIN PGP SIGNED MESSAGE-----", "", "Inside.", ...SIGNATURE, "Below."];
  expect(openArmor(lines.join("\n")).text).toBe("Above.\nInside.\nBelow.");
});

test("an encrypted text is empty, and a file for who has the key", () => {
  const mail = readable(mailBytes("Content-Type: text/plain", "", ...MESSAGE, ""));
  expect(mail).toMatchObject({
    text: "",
    reply: "",
    protection: { kind: "encrypted", scheme: "openpgp" },
    warnings: ["The mail is encrypted (OpenPGP); only who has its key can read its text."],
  });
  expect(mail.attachments).toMatchObject([{ name: "encrypted.asc", type: "application/pgp-encrypted" }]);
  expect(Buffer.from(mail.attachments[0]!.bytes).toString()).toBe(`${MESSAGE.join("\n")}\n`);
});

test("a page of it is not shown", () => {
  const mail = readable(mailBytes("Content-Type: text/html", "", `<pre>${MESSAGE.join("\n")}</pre>`));
  expect(mail).toMatchObject({ text: "", html: null, protection: { kind: "encrypted", scheme: "openpgp" } });
});

test.each([
  ["a quote of it", MESSAGE.map((line) => `> ${line}`)],
  ["a key", ["-----BEGIN PGP PUBLIC KEY BLOCK-----", "", "aGVsbG8=", "-----END PGP PUBLIC KEY BLOCK-----"]],
  ["a word of it", ["Mine begins with -----BEGIN PGP MESSAGE-----, what is that?"]],
  ["a signature's beginning alone", ["-----BEGIN PGP SIGNED MESSAGE-----", "", "text"]],
])("leaves %s as it is", (_, lines) => {
  expect(openArmor(lines.join("\n"))).toEqual({ text: lines.join("\n"), protection: null, files: [] });
});

test("never throws", () => {
  const line = fc.constantFrom(...MESSAGE, ...SIGNATURE, "-----BEGIN PGP SIGNED MESSAGE-----", "Hash: x", "- - a");
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      expect(openArmor(lines.join("\n")).text.length).toBeLessThanOrEqual(lines.join("\n").length);
    }),
  );
});
