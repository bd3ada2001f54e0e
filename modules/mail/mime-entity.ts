import { boundaryIn, cutAtBoundary } from "./mime-boundary.ts";
import { type HeaderField, readFields } from "./mime-header.ts";
import { parseStructured, type StructuredValue } from "./mime-params.ts";
import { LimitBroken, READ_LIMITS } from "./read-limits.ts";

/** A message or one of its parts (RFC 2045, section 2.4): header, and either parts or a body. */
export type Entity = {
  fields: HeaderField[];
  type: StructuredValue;
  disposition: StructuredValue;
  /** As it came, transfer encoding and all; a view on the message. Of a multipart: all of its parts. */
  body: Buffer;
  parts: Entity[];
};

type Reading = { parts: number; headerBytes: number; fields: number; warnings: Set<string> };

/** Takes a message apart. Throws LimitBroken where it asks too much; anything else is read as well as it can be. */
export function readEntity(message: Buffer, warnings: Set<string>): Entity {
  return readPart(message, "text/plain", 0, { parts: 0, headerBytes: 0, fields: 0, warnings });
}

export function fieldOf(entity: Entity, name: string): string | null {
  return entity.fields.find((field) => field.name === name)?.value ?? null;
}

function readPart(bytes: Buffer, defaultType: string, depth: number, reading: Reading): Entity {
  countPart(depth, reading);
  const { fields, bodyStart } = readHeader(bytes, depth === 0, reading);
  const entity: Entity = {
    fields,
    type: parseStructured(defaultType),
    disposition: parseStructured(""),
    body: bytes.subarray(bodyStart),
    parts: [],
  };
  const type = parseStructured(fieldOf(entity, "content-type") ?? "");
  if (type.value !== "") entity.type = type;
  entity.disposition = parseStructured(fieldOf(entity, "content-disposition") ?? "");
  if (entity.type.value.startsWith("multipart/")) readParts(entity, depth, reading);
  return entity;
}

function countPart(depth: number, reading: Reading): void {
  reading.parts++;
  if (depth > READ_LIMITS.depth) throw new LimitBroken(`Its parts nest more than ${READ_LIMITS.depth} levels deep.`);
  if (reading.parts > READ_LIMITS.parts) throw new LimitBroken(`It has more than ${READ_LIMITS.parts} parts.`);
}

function readParts(entity: Entity, depth: number, reading: Reading): void {
  const declared = entity.type.params.get("boundary")?.trimEnd() ?? "";
  let cut = declared === "" ? null : cutAtBoundary(entity.body, declared);
  if (cut === null) {
    const found = boundaryIn(entity.body);
    cut = found === null ? null : cutAtBoundary(entity.body, found);
    reading.warnings.add(
      cut === null
        ? "A part that should hold others holds none; it was read as text."
        : "A boundary was not the declared one; it was found in the text.",
    );
  }
  if (cut === null) {
    entity.type = parseStructured("text/plain");
    return;
  }
  if (!cut.isClosed) reading.warnings.add("The last boundary is missing; the mail may have been cut off.");
  const defaultType = entity.type.value === "multipart/digest" ? "message/rfc822" : "text/plain"; // RFC 2046, 5.1.5
  entity.parts = cut.ranges.map((range) => readPart(range, defaultType, depth + 1, reading));
}

const LF = 0x0a;
const CR = 0x0d;

/** Finds where the header ends: at an empty line, or where lines stop looking like a header. */
function readHeader(bytes: Buffer, isRoot: boolean, reading: Reading): { fields: HeaderField[]; bodyStart: number } {
  const start = isRoot ? skipEnvelopeLine(bytes) : 0;
  let lines = 0;
  for (let at = start; at < bytes.length;) {
    const next = lineAfter(bytes, at);
    const kind = lineKind(bytes, at, next);
    if (kind === "empty" || (kind === "other" && !isRubbishAmongFields(bytes, at, next, lines))) {
      if (kind === "other" && (lines > 0 || isRoot)) {
        reading.warnings.add(lines > 0 ? "The empty line after a header is missing." : "The header is missing.");
      }
      return { fields: countedFields(bytes.subarray(start, at), reading), bodyStart: kind === "empty" ? next : at };
    }
    lines++;
    at = next;
    if (kind === "field") countField(reading);
    if (at - start > READ_LIMITS.headerBytes) break; // Counted, and refused, below.
  }
  return { fields: countedFields(bytes.subarray(start), reading), bodyStart: bytes.length };
}

function countedFields(block: Buffer, reading: Reading): HeaderField[] {
  reading.headerBytes += block.length;
  if (reading.headerBytes > READ_LIMITS.headerBytes) {
    throw new LimitBroken(`Its headers are larger than ${READ_LIMITS.headerBytes / 1024 / 1024} MB.`);
  }
  return readFields(block);
}

function countField(reading: Reading): void {
  if (++reading.fields <= READ_LIMITS.headerFields) return;
  throw new LimitBroken(`It has more than ${READ_LIMITS.headerFields} header fields.`);
}

/** mbox writes "From sender date" before each message; some systems leave it, quoted or not. */
function skipEnvelopeLine(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at++;
  if (!/^>?From [^\n]/.test(bytes.toString("latin1", at, at + 10))) return at;
  const next = lineAfter(bytes, at);
  return lineKind(bytes, next, lineAfter(bytes, next)) === "field" ? next : at;
}

/** Where the line after the one that holds `at` begins. */
function lineAfter(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(LF, at);
  return newline < 0 ? bytes.length : newline + 1;
}

type LineKind = "field" | "fold" | "empty" | "other";

function lineKind(bytes: Buffer, start: number, next: number): LineKind {
  let end = next;
  while (end > start && (bytes[end - 1] === LF || bytes[end - 1] === CR)) end--;
  if (end === start) return "empty";
  if (bytes[start] === 0x20 || bytes[start] === 0x09) return "fold";
  // RFC 5322, section 2.2: a name is printable ASCII. Spaces before the colon are obsolete (4.5), and occur.
  return /^[!-9;-~]+[ \t]*:/.test(bytes.toString("latin1", start, Math.min(end, start + 200))) ? "field" : "other";
}

const KNOWN_FIELD =
  /^(from|to|cc|bcc|subject|date|message-id|sender|reply-to|references|received|mime-version|content-|x-)/i;

/** One line of rubbish is passed over where a field of mail follows it at once; else the body begins with it. */
function isRubbishAmongFields(bytes: Buffer, at: number, next: number, lines: number): boolean {
  if (lines === 0 || bytes.toString("latin1", at, at + 2) === "--") return false;
  return (
    lineKind(bytes, next, lineAfter(bytes, next)) === "field" &&
    KNOWN_FIELD.test(bytes.toString("latin1", next, next + 20))
  );
}
