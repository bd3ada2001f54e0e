import { decodeText } from "./mime-charset.ts";
import { hexPair } from "./mime-transfer.ts";

export type StructuredValue = {
  /** Lower case: "multipart/mixed", "attachment"; may be empty. */
  value: string;
  /** By lower-case name; the pieces of RFC 2231 joined and decoded. The first of a name wins. */
  params: Map<string, string>;
};

/** RFC 2045, section 5.1, with what mailers leave out: semicolons, quotes, closing quotes. */
export function parseStructured(text: string): StructuredValue {
  const [head, ...pieces] = splitAtSemicolons(text);
  const [value, ...stray] = withoutComment(head!).split(/[ \t]+(?=[\w*-]{1,60}=)/); // `multipart/mixed boundary="x"`
  const params = new Map<string, string>();
  for (const piece of [...stray, ...pieces]) addParam(params, piece);
  joinContinuations(params);
  return { value: value!.trim().toLowerCase(), params };
}

/** Splits where no quoted string is open. A quote that never closes is an ordinary character. */
function splitAtSemicolons(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let quote = -1;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === "\\" && quote >= 0) i++;
    else if (character === '"') quote = quote < 0 ? i : -1;
    else if (character === ";" && quote < 0) {
      pieces.push(text.slice(start, i));
      start = i + 1;
    }
  }
  const last = text.slice(start);
  return pieces.concat(quote < 0 ? [last] : last.split(";"));
}

function addParam(params: Map<string, string>, piece: string): void {
  const equals = piece.indexOf("=");
  if (equals < 0) return;
  const name = piece.slice(0, equals).trim().toLowerCase();
  const raw = piece.slice(equals + 1).trim();
  if (!params.has(name)) params.set(name, raw.startsWith('"') ? unquoted(raw) : withoutComment(raw));
}

/** Only `\"` and `\\` are escapes: Windows paths stand in file names, and the RFC's own rule would eat them. */
function unquoted(raw: string): string {
  const inside = /^"((?:[^"\\]|\\.)*)"/.exec(raw)?.[1] ?? raw.slice(1).replace(/"$/, "");
  return inside.replaceAll(/\\(["\\])/g, "$1");
}

/** RFC 5322, section 3.2.2; nested or a fifth one, it is left to stand. */
function withoutComment(raw: string): string {
  let text = raw;
  for (let count = 0; count < 4 && text.includes("("); count++) text = text.replace(/(^|[ \t])\([^()]{0,1000}\)/, "$1");
  return text.trim();
}

type Section = { order: number; text: string; isEncoded: boolean };

/** RFC 2231, sections 3 and 4: `filename*0*=utf-8''caf%C3%; filename*1*=A9.pdf`. */
function joinContinuations(params: Map<string, string>): void {
  const sections = new Map<string, Section[]>();
  for (const [key, text] of params) {
    const match = /^([^*]+)\*(?:(\d{1,4})(\*?))?$/.exec(key);
    if (match === null) continue;
    const [, name, order, star] = match;
    const section = { order: Number(order ?? 0), text, isEncoded: order === undefined || star === "*" };
    sections.set(name!, [...(sections.get(name!) ?? []), section]);
    params.delete(key);
  }
  for (const [name, parts] of sections) params.set(name, joined(parts.toSorted((a, b) => a.order - b.order)));
}

function joined(sections: Section[]): string {
  const [, charset, text] = /^([^']{0,60})'[^']{0,60}'([\s\S]*)$/.exec(sections[0]!.text) ?? [];
  if (!sections[0]!.isEncoded || text === undefined) return sections.map((section) => section.text).join("");
  const [first, ...others] = sections;
  const bytes = [{ ...first!, text }, ...others].map(({ text, isEncoded }) =>
    isEncoded ? percentDecoded(text) : Buffer.from(text),
  );
  return decodeText(Buffer.concat(bytes), charset || "utf-8").text; // Together: a character may be cut in two.
}

function percentDecoded(text: string): Buffer {
  const source = Buffer.from(text);
  const bytes = Buffer.allocUnsafeSlow(source.length);
  let length = 0;
  for (let i = 0; i < source.length; i++) {
    const pair = source[i] === 0x25 && i + 2 < source.length ? hexPair(source[i + 1]!, source[i + 2]!) : -1;
    bytes[length++] = pair < 0 ? source[i]! : pair;
    if (pair >= 0) i += 2;
  }
  return bytes.subarray(0, length);
}
