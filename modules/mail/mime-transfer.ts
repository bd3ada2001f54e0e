import { decodeUuencode } from "./mime-uuencode.ts";

export type DecodedBody = {
  bytes: Uint8Array;
  /** What was broken; null where nothing was. */
  repair: string | null;
};

/** Undoes a Content-Transfer-Encoding (RFC 2045, section 6). What no encoding names is left as it is. */
export function decodeBody(body: Buffer, declared: string): DecodedBody {
  const encoding = declared.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  if (encoding.startsWith("base64")) return decodeBase64(body);
  if (encoding.startsWith("quotedprintable")) return { bytes: decodeQuotedPrintable(body), repair: null };
  if (/^x?uu(encoded?|e)?$/.test(encoding)) return decodeUuencode(body);
  return { bytes: body, repair: null };
}

function decodeBase64(body: Buffer): DecodedBody {
  const text = body.toString("latin1");
  const padding = text.indexOf("=");
  const isPaddedOnce = padding < 0 || /^[=\s]*$/.test(text.slice(padding));
  if (isPaddedOnce && !/[^A-Za-z0-9+/=\s]/.test(text)) return { bytes: Buffer.from(text, "base64"), repair: null };

  const { bytes, alien } = decodeBrokenBase64(body);
  if (alien * 20 > body.length) return { bytes: body, repair: "A part declared as base64 is not base64." };
  return { bytes, repair: alien > 0 ? "A part in base64 holds characters that are not base64." : null };
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const ALIEN = 255;
const SPACE = 254;
const PADDING = 253;
const SEXTETS = new Uint8Array(256).fill(ALIEN);
for (let value = 0; value < 64; value++) SEXTETS[ALPHABET.charCodeAt(value)] = value;
for (const character of " \t\r\n\f\v") SEXTETS[character.charCodeAt(0)] = SPACE;
SEXTETS[0x3d] = PADDING;

/** With characters that do not belong, or padded at every line or chunk, where Node would stop at the first. */
function decodeBrokenBase64(body: Buffer): { bytes: Buffer; alien: number } {
  const bytes = Buffer.allocUnsafeSlow(Math.ceil((body.length * 3) / 4));
  let [length, alien, bits, held] = [0, 0, 0, 0];
  for (const byte of body) {
    const sextet = SEXTETS[byte]!;
    if (sextet < 64) {
      held = ((held << 6) | sextet) & 0xffff;
      bits += 6;
      if (bits >= 8) bytes[length++] = held >> (bits -= 8);
    } else if (sextet === PADDING) bits = 0;
    else if (sextet === ALIEN) alien++;
  }
  return { bytes: bytes.subarray(0, length), alien };
}

const EQUALS = 0x3d;
const LF = 0x0a;
const CR = 0x0d;

/** RFC 2045, section 6.7; what is no valid escape stays as it is. The output is never longer than the input. */
export function decodeQuotedPrintable(body: Buffer): Buffer {
  const output = Buffer.allocUnsafeSlow(body.length);
  let length = 0;
  for (let start = 0; start < body.length;) {
    const newline = body.indexOf(LF, start);
    const next = newline < 0 ? body.length : newline + 1;
    let end = newline < 0 ? body.length : newline;
    const lineEnd = end > start && body[end - 1] === CR ? --end : end;
    while (end > start && (body[end - 1] === 0x20 || body[end - 1] === 0x09)) end--; // Added in transit.
    const isSoft = end > start && body[end - 1] === EQUALS;
    length = decodeLine(body, start, isSoft ? end - 1 : end, output, length);
    if (!isSoft) length += body.copy(output, length, lineEnd, next);
    start = next;
  }
  return output.subarray(0, length);
}

function decodeLine(body: Buffer, start: number, end: number, output: Buffer, length: number): number {
  for (let i = start; i < end; i++) {
    const byte = body[i]!;
    const decoded = byte === EQUALS && i + 2 < end ? hexPair(body[i + 1]!, body[i + 2]!) : -1;
    output[length++] = decoded < 0 ? byte : decoded;
    if (decoded >= 0) i += 2;
  }
  return length;
}

/** The value of two hexadecimal digits; negative if they are not. */
export function hexPair(high: number, low: number): number {
  const [first, second] = [hexDigit(high), hexDigit(low)];
  return first < 0 || second < 0 ? -1 : (first << 4) | second;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
