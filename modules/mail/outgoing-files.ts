import type { TextPart } from "./outgoing-mime.ts";
import { bodyOf } from "./outgoing-mime.ts";

/** A file that goes with a mail. */
export type MailFile = {
  name: string;
  /** "image/png"; never one of those that mail programs take apart (message/*, multipart/*). */
  type: string;
  bytes: Uint8Array;
  /** By which the HTML names a picture of its own; null for what stands beside the text. */
  contentId: string | null;
};

/** The body of a mail with files: pictures of its page together with it (RFC 2387), the others beside it. */
export function bodyWithFiles(parts: TextPart[], files: readonly MailFile[], boundary: string): string {
  const pictures = files.filter(({ contentId }) => contentId !== null);
  const others = files.filter(({ contentId }) => contentId === null);
  const words = bodyOf(parts, boundary);
  const page = pictures.length === 0 ? words : joined("related", [words, ...pictures.map(filePart)], `${boundary}.r`);
  return others.length === 0 ? page : joined("mixed", [page, ...others.map(filePart)], `${boundary}.m`);
}

function joined(kind: "related" | "mixed", parts: string[], boundary: string): string {
  const type = kind === "related" ? '; type="multipart/alternative"' : "";
  const head = `Content-Type: multipart/${kind}; boundary="${boundary}"${type}\r\n\r\n`;
  return `${head}${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("")}--${boundary}--\r\n`;
}

function filePart({ name, type, bytes, contentId }: MailFile): string {
  const isWhole = /^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/.test(type) && !/^(?:message|multipart)\//.test(type);
  const fields = [
    `Content-Type: ${isWhole ? type : "application/octet-stream"}`,
    "Content-Transfer-Encoding: base64",
    `Content-Disposition: ${contentId === null ? "attachment" : "inline"};\r\n ${nameParameters(name)}`,
    ...(contentId === null ? [] : [`Content-ID: <${contentId.replace(/[^\w.@-]/g, "")}>`]),
  ];
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return `${fields.join("\r\n")}\r\n\r\n${base64.replace(/.{76}(?=.)/g, "$&\r\n")}`;
}

const PIECE = 60;

/** RFC 2231, section 3: a name is written in pieces, each on a line of its own, and nothing of it can leave its line. */
function nameParameters(name: string): string {
  if (/^[\w .()-]{1,60}$/.test(name)) return `filename="${name}"`;
  const written = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const pieces = written.match(new RegExp(`(?:%[0-9A-F]{2}|[^%]){1,${PIECE / 3}}`, "g")) ?? [];
  return pieces.map((piece, index) => `filename*${index}*=${index === 0 ? "UTF-8''" : ""}${piece}`).join(";\r\n ");
}
