import { ADDRESS, isAddress, isSameAddress } from "./report-address.ts";

/** A recipient found in a report's text, and what the text says of it. */
export type Mention = {
  address: string;
  /** The lines about it. */
  words: string;
};

/** Lines beyond this are cut: no system writes such, and each is searched. */
const LONGEST_LINE = 1_000;

/** How many lines say what happened to one recipient. */
const LINES_A_RECIPIENT = 30;

const AT_START = new RegExp(String.raw`^[\s>*•"'(-]{0,40}<?(${ADDRESS})(?:["'>:,;.)\s[(<]|$)`, "u");
/** "Recipient: <…>", "RCPT TO: …": fields of systems that know what they say. */
const AS_RECIPIENT = new RegExp(
  String.raw`\b(?:RCPT TO|Recipients?|Addressed To|Envelope[- ]To|Address):\s{0,9}[<"']?(${ADDRESS})`,
  "iu",
);
/** "could not be delivered to: …", "exceeds allowed size: …". */
const LABELLED = new RegExp(
  String.raw`^[^\n:]{0,80}?\b([\w' ]{1,60}):\s{0,9}[<"']?(${ADDRESS})[>"']?(?:[\s,.;\]]|$)`,
  "u",
);
/** "your message to <…>", "undeliverable to …", "rejected recipient <…>", "was not delivered to …". */
const IN_SENTENCE = new RegExp(
  String.raw`(?<!\p{L})(?:to|recipients?|address|list|for|aan|à|(?:e-?)?mailbox)\s{1,9}(?:the )?(?:group )?[<"']?(${ADDRESS})`,
  "iu",
);
/** Old sendmail: "554 <ann@agence.be>... 550 Host unknown". */
const IN_REPLY = new RegExp(String.raw`^\s{0,9}[45]\d\d[ -](?:[45]\.\d\.\d{1,3} )?<?(${ADDRESS})>?\.\.\. `, "u");

/** Postfix and sendmail name the address that a mail was sent to beside the one that an alias led to. */
const EXPANDED = new RegExp(String.raw`\(expanded from:?\s{1,9}<?(${ADDRESS})>?\)`, "iu");

/** A list that refuses a mail names itself, and then the address of the program that runs it. */
const AS_LIST = new RegExp(String.raw`\bmembers? of (?:this|the) (?:mailing )?list\s{1,9}[<"']?(${ADDRESS})`, "iu");

/** A label before an address that is the sender's. */
const SENDER_LABEL = /(?:from|sender|return-path|reply-to|by|cc|contact|help|assistance)\s?$/i;

export type Way = { find(line: string): string | undefined; lines: number };

/** The surest way: a line that begins with the address. */
export const LEADING: Way[] = [{ lines: LINES_A_RECIPIENT, find: (line) => AT_START.exec(line)?.[1] }];

/** Ways to name a recipient, the surest first: only the first that finds any counts. Each with how many lines, the
 *  one that names the recipient and those that follow, are about it. */
const WAYS: Way[] = [
  { lines: LINES_A_RECIPIENT, find: (line) => AS_LIST.exec(line)?.[1] },
  ...LEADING,
  { lines: LINES_A_RECIPIENT, find: (line) => AS_RECIPIENT.exec(line)?.[1] },
  { lines: LINES_A_RECIPIENT, find: afterLabel },
  { lines: 1, find: (line) => IN_REPLY.exec(line)?.[1] },
  { lines: LINES_A_RECIPIENT, find: (line) => IN_SENTENCE.exec(line)?.[1] },
];

function afterLabel(line: string): string | undefined {
  const [, label, address] = LABELLED.exec(line) ?? [];
  return label === undefined || SENDER_LABEL.test(label) ? undefined : address;
}

/**
 * The recipients that a text without structure names, in its order, each once. `others` are addresses that are not
 * meant: the author of the mail that is given back, and whom the report is for.
 */
export function mentionsIn(text: string, others: string[], most: number, ways = WAYS): Mention[] {
  const lines = text.split("\n").map((line) => line.slice(0, LONGEST_LINE));
  const isOther = (address: string): boolean => others.some((other) => isSameAddress(other, address));
  for (const way of ways) {
    const found = lines.map((line) => cleaned(way.find(line), isOther));
    if (found.some((address) => address !== null)) return mentionsAt(lines, found, { most, each: way.lines });
  }
  return [];
}

function cleaned(found: string | undefined, isOther: (address: string) => boolean): string | null {
  const address = found?.replace(/[.,;:]+$/, "");
  return address === undefined || !isAddress(address) || isOther(address) ? null : address;
}

/** Each recipient with the lines until the next one; a line may begin with the address that it goes on about. */
function mentionsAt(
  lines: string[],
  found: (string | null)[],
  { most, each }: { most: number; each: number },
): Mention[] {
  const mentions = new Map<string, Mention>();
  for (const [index, address] of found.entries()) {
    if (address === null || mentions.size > most || mentions.has(address.toLowerCase())) continue;
    const until = index + each;
    const next = found.slice(index + 1, until).findIndex((other) => other !== null && !isSameAddress(other, address));
    const block = lines.slice(index, next < 0 ? until : index + 1 + next).join("\n");
    const words = paragraphOf(block);
    mentions.set(address.toLowerCase(), { address: EXPANDED.exec(words)?.[1] ?? address, words });
  }
  return [...mentions.values()];
}

/** The lines up to an empty one; where those are the address alone, the next paragraph too. */
function paragraphOf(block: string): string {
  const paragraphs = block.split(/\n[ \t]*\n/);
  const isBare = !/[\p{L}\d]{3}/u.test(paragraphs[0]!.replace(new RegExp(ADDRESS, "u"), ""));
  return isBare ? paragraphs.slice(0, 3).join("\n\n") : paragraphs[0]!;
}
