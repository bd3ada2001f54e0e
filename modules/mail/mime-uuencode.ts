import type { DecodedBody } from "./mime-transfer.ts";

// POSIX uuencode: lines between "begin 644 name" and "end", each led by its length.

const LF = 0x0a;
const CR = 0x0d;

/** A file that stood in a text. */
export type EmbeddedFile = { name: string; type: string; bytes: Uint8Array };

/** Undoes a Content-Transfer-Encoding of "x-uuencode". */
export function decodeUuencode(body: Buffer): DecodedBody {
  const begin = /^begin [0-7]{3,4} [^\n]*\n/m.exec(body.toString("latin1", 0, 4096));
  if (begin === null) return { bytes: body, repair: "A part declared as uuencoded is not." };
  const start = begin.index + begin[0].length;
  return { bytes: decodeLines(body, start, body.length), repair: null };
}

export type TakenFiles = {
  /** The text without the files. */
  rest: Buffer;
  files: EmbeddedFile[];
  /** Whether the text ends within the last file. */
  isFileCut: boolean;
};

/** Takes out of a text the files that old programs wrote into it. Null where there are none: "begin" is a word, too. */
export function takeUuFiles(text: Buffer): TakenFiles | null {
  const files: EmbeddedFile[] = [];
  const kept: Buffer[] = [];
  let from = 0;
  let isFileCut = false;
  for (let at = beginAfter(text, 0); at !== null && files.length < MOST_FILES;) {
    const file = fileAt(text, at);
    if (file !== null) {
      kept.push(text.subarray(from, at));
      files.push({ name: file.name, type: "application/octet-stream", bytes: file.bytes });
      from = file.end;
      isFileCut = file.isCut;
    }
    at = beginAfter(text, file?.end ?? at + 1);
  }
  return files.length === 0 ? null : { rest: Buffer.concat([...kept, text.subarray(from)]), files, isFileCut };
}

/** A text of a million empty files: each becomes an attachment. */
const MOST_FILES = 100;

function beginAfter(text: Buffer, from: number): number | null {
  for (let at = text.indexOf("begin ", from); at >= 0; at = text.indexOf("begin ", at + 1)) {
    if (at === 0 || text[at - 1] === LF) return at;
  }
  return null;
}

type FileInText = { name: string; bytes: Buffer; end: number; isCut: boolean };

function fileAt(text: Buffer, at: number): FileInText | null {
  const start = nextLine(text, at);
  const name = /^begin [0-7]{3,4} ([^\r\n]{1,250})\r?\n$/.exec(
    text.toString("utf8", at, Math.min(start, at + 300)),
  )?.[1];
  if (name === undefined) return null;
  let lines = 0;
  let line = start;
  while (line < text.length && isDataLine(text, line)) {
    line = nextLine(text, line);
    lines++;
  }
  if (/^\r?\n/.test(text.toString("latin1", line, line + 2))) line = nextLine(text, line); // A length of 0, " ", got lost.
  const isEnded = text.toString("latin1", line, line + 3) === "end";
  const isCut = line >= text.length && lines > 2; // A mail that was cut off: what came of the file is still no text.
  if (lines === 0 || !(isEnded || isCut)) return null;
  return { name, bytes: decodeLines(text, start, line), end: isEnded ? nextLine(text, line) : line, isCut };
}

/** As long as its first character says, or shorter by spaces that got lost on its way; a checksum may follow. */
function isDataLine(text: Buffer, start: number): boolean {
  let end = lineEnd(text, start);
  if (end > start && text[end - 1] === CR) end--;
  if (end === start || end - start > 90) return false;
  for (let at = start; at < end; at++) if (text[at]! < 0x20 || text[at]! > 0x60) return false;
  const length = (text[start]! - 0x20) & 63;
  return end - start - 1 <= Math.ceil(length / 3) * 4 + 2;
}

function decodeLines(body: Buffer, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start); // A quarter more than whole lines give: no file grows from lines that lie.
  let length = 0;
  for (let at = start; at < end; at = nextLine(body, at)) {
    if (body.toString("latin1", at, at + 3) === "end") break;
    length += decodeLine(body.subarray(at, lineEnd(body, at)), bytes, length);
  }
  return bytes.subarray(0, length);
}

/** Characters that are missing were spaces, zeros, at the line's end. */
function decodeLine(line: Buffer, bytes: Buffer, from: number): number {
  const length = line.length === 0 ? 0 : Math.min((line[0]! - 32) & 63, bytes.length - from);
  for (let at = 1, to = 0; to < length; at += 4, to += 3) {
    let group = 0;
    for (let i = at; i < at + 4; i++) group = (group << 6) | (((line[i] ?? 32) - 32) & 63);
    for (let i = 0; i < 3 && to + i < length; i++) bytes[from + to + i] = (group >> (16 - 8 * i)) & 0xff;
  }
  return length;
}

function lineEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(LF, at);
  return newline < 0 ? bytes.length : newline;
}

const nextLine = (bytes: Buffer, at: number): number => Math.min(lineEnd(bytes, at) + 1, bytes.length);
