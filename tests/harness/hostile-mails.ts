import { deflateSync } from "node:zlib";
import { htmlMail, plainMail } from "./mails.ts";

const FROM = "mallory@agence.example";
const HEAD = `From: ${FROM}\r\nTo: helpdesk@whise.eu\r\nMIME-Version: 1.0\r\n`;
const MEGABYTE = 2 ** 20;

/** Mails that cost their reader more than their sender, by what each attacks. */
export const BOMBS: Record<string, () => Buffer> = {
  "10,000 parts, one in the other": () => {
    const levels = Array.from(
      { length: 10_000 },
      (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\r\n\r\n--b${depth}\r\n`,
    );
    return Buffer.from(`${HEAD}Subject: nested\r\n${levels.join("")}\r\nend\r\n`);
  },
  "10,000 parts, side by side": () => {
    const parts = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n".repeat(10_000);
    return Buffer.from(`${HEAD}Subject: wide\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`);
  },
  "headers without end": () =>
    Buffer.from(`${HEAD}Subject: headers\r\n${`X-A: ${"a".repeat(900)}\r\n`.repeat(10_000)}\r\nend\r\n`),
  "a header line of 10 MB": () => Buffer.from(`${HEAD}Subject: ${"a ".repeat(5 * MEGABYTE)}\r\n\r\nend\r\n`),
  "30 MB of quoted-printable": () => {
    const head = `${HEAD}Subject: quoted\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n`;
    return Buffer.from(head + `${"=C3=A9".repeat(12)}=\r\n`.repeat(400_000));
  },
  "100,000 recipients": () => {
    const addresses = Array.from({ length: 100_000 }, (_, number) => `a${number}@b.example`).join(",\r\n ");
    return Buffer.from(`From: ${FROM}\r\nTo: ${addresses}\r\nSubject: crowd\r\n\r\nend\r\n`);
  },
  "a zip bomb as attachment": () => {
    const bomb = deflateSync(Buffer.alloc(200 * MEGABYTE))
      .toString("base64")
      .replaceAll(/(.{76})/g, "$1\r\n");
    const parts = [
      "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.",
      `--b\r\nContent-Type: application/zip; name=bomb.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${bomb}`,
    ];
    return Buffer.from(
      `${HEAD}Subject: zip\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("\r\n")}\r\n--b--\r\n`,
    );
  },
  "HTML of 100,000 levels": () => htmlMail({ from: FROM, subject: "deep", html: "<div>\r\n".repeat(100_000) }),
  "a thousand encoded words": () => plainMail({ from: FROM, subject: "=?utf-8?b?w6k=?= ".repeat(50_000) }),
};

/** A mail that carries a string wherever a person can put one: name, subject, text and an attachment's name. */
export function naughtyMail(text: string): Buffer {
  const word = `=?utf-8?b?${Buffer.from(text).toString("base64")}?=`;
  const body = Buffer.from(text).toString("base64");
  const parts = [
    `--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${body}`,
    `--b\r\nContent-Type: text/plain; name="${word}"\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(text.toWellFormed())}\r\n\r\nx`,
  ];
  return Buffer.from(
    `From: ${word} <naughty@agence.example>\r\nTo: helpdesk@whise.eu\r\nSubject: ${word}\r\nMIME-Version: 1.0\r\n` +
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join("\r\n")}\r\n--b--\r\n`,
  );
}

/** A mail whose HTML is a payload. */
export function payloadMail(payload: string, number: number): Buffer {
  return htmlMail({
    from: `mallory-${number}@agence.example`,
    subject: `Payload ${number}`,
    html: `<p>Bonjour</p>${payload}`,
  });
}
