import { isAscii, isUtf8 } from "node:buffer";
import { decodeText } from "./mime-charset.ts";

export type HeaderField = {
  /** Lower case. */
  name: string;
  /** Unfolded; encoded words stand as they came. */
  value: string;
};

/** The lines of a header block as fields (RFC 5322, section 2.2). The block's end was found by its reader. */
export function readFields(block: Buffer): HeaderField[] {
  const fields: HeaderField[] = [];
  let pieces: string[] = [];
  const finish = (): void => {
    const line = pieces.length === 1 ? pieces[0]! : pieces.join(""); // Joined once: linear in the number of folds.
    const colon = line.indexOf(":");
    if (colon > 0) fields.push({ name: line.slice(0, colon).trim().toLowerCase(), value: cleaned(line, colon + 1) });
  };
  for (const line of decodeBlock(block).split("\n")) {
    const isFold = (line.startsWith(" ") || line.startsWith("\t")) && pieces.length > 0;
    if (!isFold) {
      finish();
      pieces = [];
    }
    pieces.push(line);
  }
  finish();
  return fields;
}

const cleaned = (line: string, from: number): string => line.slice(from).replaceAll("\r", "").trim();

const ESCAPE = 0x1b;

/** Fields are ASCII, or UTF-8 (RFC 6532); raw bytes of another charset occur, and differ by line. */
function decodeBlock(block: Buffer): string {
  const escapes = block.includes(ESCAPE); // ISO-2022-JP (RFC 1468), put into headers as it is.
  if (isAscii(block) && !escapes) return block.toString("latin1");
  if (isUtf8(block) && !escapes) return block.toString("utf8");
  const lines: string[] = [];
  for (let start = 0; start <= block.length;) {
    const newline = block.indexOf(0x0a, start);
    const end = newline < 0 ? block.length : newline;
    const line = block.subarray(start, end);
    lines.push(decodeText(line, line.includes(ESCAPE) ? "iso-2022-jp" : null).text);
    start = end + 1;
  }
  return lines.join("\n");
}
