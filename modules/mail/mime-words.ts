import { decodeText } from "./mime-charset.ts";
import { decodeQuotedPrintable } from "./mime-transfer.ts";

type Word = { charset: string; encoding: "B" | "Q"; content: string };

/** RFC 2047, section 2, with the spaces that broken mailers leave inside. Linear: no part can match another's. */
const ENCODED_WORD = /=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=/g;

/** Decodes the encoded words in an unstructured header value; the rest stands as it is. */
export function decodeWords(value: string): string {
  if (!value.includes("=?")) return value;
  let decoded = "";
  let run: Word[] = [];
  let end = 0;
  for (const match of value.matchAll(ENCODED_WORD)) {
    const between = value.slice(end, match.index);
    const isContinued = run.length > 0 && /^[ \t]*$/.test(between); // Section 6.2: such white space is not content.
    if (!isContinued) {
      decoded += decodeRun(run) + between;
      run = [];
    }
    run.push(wordOf(match));
    end = match.index + match[0].length;
  }
  return decoded + decodeRun(run) + value.slice(end);
}

/** The same value with its encoded words repaired and written as UTF-8 in base64, whatever they were: what a
 *  parser that splits by commas and brackets can be given without finding those inside of names. */
export function normaliseWords(value: string): string {
  if (!value.includes("=?")) return value;
  const pattern = new RegExp(`(?:${ENCODED_WORD.source}[ \\t]*)+`, "g");
  return value.replaceAll(pattern, (run) => {
    const content = Buffer.from(decodeWords(run.trimEnd())).toString("base64");
    return `=?utf-8?B?${content}?=${/[ \t]$/.test(run) ? " " : ""}`;
  });
}

function wordOf([, charset, encoding, content]: RegExpExecArray): Word {
  return {
    charset: charset!.split("*")[0]!.toLowerCase(), // RFC 2231, section 5: a language may follow.
    encoding: encoding!.toUpperCase() as "B" | "Q",
    content: content!,
  };
}

/** Words that follow each other: a character may be cut between two of one charset, so those decode as one. */
function decodeRun(run: Word[]): string {
  let decoded = "";
  for (let from = 0; from < run.length;) {
    let to = from + 1;
    while (to < run.length && run[to]!.charset === run[from]!.charset) to++;
    const bytes = Buffer.concat(run.slice(from, to).map(bytesOf));
    decoded += decodeText(bytes, run[from]!.charset).text;
    from = to;
  }
  return decoded;
}

function bytesOf({ encoding, content }: Word): Buffer {
  if (encoding === "B") return Buffer.from(content, "base64");
  const spaced = content.replaceAll(/=[ \t]+(?=[0-9a-fA-F])/g, "=").replaceAll("_", "=20");
  // A raw 8-bit character may stand in a Q word; a final "=" is no soft break here.
  return decodeQuotedPrintable(Buffer.from(spaced.replaceAll(" ", "=20").replaceAll("\t", "=20"), "utf8"));
}
