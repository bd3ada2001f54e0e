import { isAscii, isUtf8 } from "node:buffer";
import { cleanLine } from "./mime-text.ts";
import { decodeUtf7 } from "./mime-utf7.ts";

export type DecodedText = {
  text: string;
  /** What was declared wrongly and how it was read; null where the declaration held. */
  repair: string | null;
};

/**
 * Text of bytes, in the charset that is declared (null where none is) if the bytes agree with it. Mail often lies:
 * UTF-8 bytes under a Latin label, the reverse, both in one text, no label or one that nobody knows.
 */
export function decodeText(input: Uint8Array, declared: string | null): DecodedText {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  const marked = byteOrderMarkOf(bytes);
  if (marked !== null) return sound(new TextDecoder(marked).decode(bytes));

  const encoding = encodingOf(declared) ?? (switchesByEscapes(bytes) ? "iso-2022-jp" : null);
  if (encoding === "utf-7") return sound(decodeUtf7(bytes));
  if (encoding?.startsWith("utf-16")) return decodeUtf16(bytes, declared!);
  const isPlain = !encoding?.startsWith("iso-2022") || !bytes.includes(0x1b); // That one switches by escapes.
  if (isPlain && isAscii(bytes)) return sound(bytes.toString("latin1"));
  if (encoding === null || encoding === "utf-8" || (isPlain && encoding.startsWith("iso-2022")))
    return decodeUndeclared(bytes, declared);
  return decodeAs(encoding, bytes, declared!);
}

/** RFC 1468: Japanese text in seven bits, which its senders often leave without a name. */
const switchesByEscapes = (bytes: Buffer): boolean => bytes.includes("\u001b$B") || bytes.includes("\u001b$@");

const sound = (text: string): DecodedText => ({ text, repair: null });

/** An encoding's one name in the WHATWG standard, "utf-7", or null: none, unknown, or ASCII, which says nothing. */
function encodingOf(declared: string | null): string | null {
  if (declared === null) return null;
  const label = declared
    .trim()
    .toLowerCase()
    .replaceAll(/["'\\\s]/g, "")
    .slice(0, 60);
  if (/^(us-?)?ascii$|^ansi_x3\.|^x?-?unknown|^default$|^$/.test(label)) return null;
  if (/utf-?_?7$/.test(label)) return "utf-7";
  return knownEncoding(label) ?? knownEncoding(mended(label));
}

/** Labels as broken mailers write them: "uft-8", "utf8mb4", "iso8859_15", "cp-1252", "x-windows-1252". */
function mended(label: string): string {
  if (/^(utf|uft|ut)[-_]?8/.test(label)) return "utf-8";
  const codePage = /^(?:x-?)?(?:cp|ansi|windows|win|ms|ibm)[-_]?(\d{3,4})/.exec(label)?.[1];
  if (codePage !== undefined) return CODE_PAGES[codePage] ?? `windows-${codePage}`;
  const iso = /^(?:x-)?iso[-_]?8859[-_]?(\d{1,2})/.exec(label)?.[1];
  return iso === undefined ? label.replace(/^x-/, "") : `iso-8859-${iso}`;
}

const CODE_PAGES: Record<string, string> = { 932: "shift_jis", 936: "gbk", 949: "euc-kr", 950: "big5" };

function knownEncoding(label: string): string | null {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null; // Includes the encodings that the standard forbids: ISO-2022-KR, HZ.
  }
}

function byteOrderMarkOf(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}

function decodeUndeclared(bytes: Buffer, declared: string | null): DecodedText {
  if (isUtf8(bytes)) {
    const isDeclared = encodingOf(declared) === "utf-8";
    return {
      text: bytes.toString("utf8"),
      repair: isDeclared ? null : `${labelled(declared)} is UTF-8 and was read so.`,
    };
  }
  return { text: decodeMixed(bytes), repair: `${labelled(declared)} is not UTF-8; Windows-1252 was assumed.` };
}

const labelled = (declared: string | null): string =>
  declared === null
    ? "Text without a charset"
    : `Text declared as "${cleanLine(declared).slice(0, 40).toWellFormed()}"`;

const MULTI_BYTE = /^(gb|big5|euc-|shift_jis|iso-2022)/;

function decodeAs(encoding: string, bytes: Buffer, declared: string): DecodedText {
  const text = new TextDecoder(encoding).decode(bytes);
  // Bytes of a single-byte charset are valid UTF-8 hardly ever by chance; those of an East Asian one may be.
  const isSuspect = isUtf8(bytes) && !isAscii(bytes) && (!MULTI_BYTE.test(encoding) || text.includes("\u{fffd}"));
  if (!isSuspect) return sound(text);
  return { text: bytes.toString("utf8"), repair: `${labelled(declared)} is UTF-8 and was read so.` };
}

/** RFC 2781, section 4.3: without a mark it is big-endian; what mailers send is mostly the other. The zeros tell. */
function decodeUtf16(bytes: Buffer, declared: string): DecodedText {
  let evenZeros = 0;
  let oddZeros = 0;
  for (let i = 0; i < Math.min(bytes.length, 4096); i++) {
    if (bytes[i] !== 0) continue;
    if (i % 2 === 0) evenZeros++;
    else oddZeros++;
  }
  if (evenZeros + oddZeros === 0 && isUtf8(bytes)) {
    return { text: bytes.toString("utf8"), repair: `${labelled(declared)} is UTF-8 and was read so.` };
  }
  const isBig = evenZeros === oddZeros ? encodingOf(declared) === "utf-16be" : evenZeros > oddZeros;
  return sound(new TextDecoder(isBig ? "utf-16be" : "utf-16le").decode(bytes));
}

/** Each byte that is not part of a UTF-8 sequence is read as Windows-1252: texts of both kinds get glued together. */
function decodeMixed(bytes: Buffer): string {
  const windows = new TextDecoder("windows-1252");
  const pieces: string[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length;) {
    const length = bytes[i]! < 0x80 ? 1 : sequenceLength(bytes, i);
    if (length > 0) {
      i += length;
      continue;
    }
    let end = i + 1;
    while (end < bytes.length && bytes[end]! >= 0x80 && sequenceLength(bytes, end) === 0) end++;
    pieces.push(bytes.toString("utf8", start, i), windows.decode(bytes.subarray(i, end)));
    start = i = end;
  }
  pieces.push(bytes.toString("utf8", start));
  return pieces.join("");
}

/** RFC 3629, section 4: the length of the valid sequence that begins with this byte above 0x7F; 0 if none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  return length > 0 && at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
