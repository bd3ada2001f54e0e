import fc from "fast-check";
import { expect, test } from "vitest";
import { mailBytes, readable } from "./read-test-mail.ts";

const alternative = (text: string, html: string): string[] => [
  "Content-Type: multipart/alternative; boundary=b",
  ...["", "--b", "Content-Type: text/plain", "", text],
  ...["--b", "Content-Type: text/html", "", html, "--b--"],
];

test("a text that is left empty is made from the page", () => {
  expect(readable(mailBytes(...alternative(" ", "<p>It is <b>broken</b>.</p>"))).text).toBe("It is broken.");
  expect(readable(mailBytes(...alternative("Broken.", "<p>It is <b>broken</b>.</p>"))).text).toBe("Broken.");
  expect(readable(mailBytes("Content-Type: text/plain", "", " \r\n")).text.trim()).toBe("");
});

test("any bytes of any kind of body are read, in strings that can be stored", () => {
  const words = fc.constantFrom(
    "Content-Type: multipart/signed; protocol=application/pgp-signature; boundary=b\n",
    "Content-Type: multipart/mixed; boundary=b\n",
    "Content-Type: application/pkcs7-mime\n",
    "Content-Type: application/ms-tnef; name=\0\n",
    "Content-Type: text/plain; format=flowed; delsp=yes\n",
    "Content-Type: text/calendar\n",
    "Content-Type: message/rfc822\n",
    "Content-Transfer-Encoding: base64\n",
    "Subject: a\0\xff/=?utf-8?B?7aCA?=\n",
    "From: \xc3\xa9@xn--\xff.b\n",
    "\n",
    "\n--b\n",
    "--b--\n",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
    "SUMMARY:a\0\\n\xff\n",
    "DTSTART;TZID=\0:20260601T100000\n",
    "begin 644 a\0\n",
    "#86)C\n`\nend\n",
    "-----BEGIN PGP SIGNED MESSAGE-----\n",
    "-----BEGIN PGP SIGNATURE-----\n",
    "-----BEGIN PGP MESSAGE-----\n",
    "MIAGCSqGSIb3DQEHAqCA\n",
    "> ",
    "-- \n",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 25 }), (pieces) => {
      const { attachments, ...mail } = readable(Buffer.from(pieces.join(""), "latin1"));
      const strings = JSON.stringify([mail, attachments.map(({ bytes: _bytes, ...rest }) => rest)]);
      expect(strings).not.toMatch(/\\u0000|\\ud[89a-f]/);
      for (const { bytes, sizeBytes } of attachments) expect(bytes.length).toBe(sizeBytes);
    }),
    { numRuns: 1_000 },
  );
});
