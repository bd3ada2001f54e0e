import { domainToASCII } from "node:url";
import { READ_LIMITS } from "./read-limits.ts";
import { type Authentication, CHECK_RESULTS, type CheckResult } from "./authentication.ts";

/** One method's result (RFC 8601, section 2.2). Names and results in lower case. */
export type MethodResult = {
  method: string;
  result: string;
  /** "header.from" and the like; also names without a dot, which some servers write. */
  properties: Map<string, string>;
  comments: string;
};
export type AuthenticationResults = { authservId: string; methods: MethodResult[] };

/** Reads the value of an Authentication-Results field; null for what is none. Linear in its length, and a
 *  value as long as its limit was cut there. */
export function parseAuthenticationResults(value: string): AuthenticationResults | null {
  if (value.length >= READ_LIMITS.resultsCharacters) return null;
  const [head, ...rest] = sectionsOf(value);
  const [id, version] = head!.words;
  if (id === undefined || id === "=" || head!.words.includes("=")) return null; // Without an id it is anybody's.
  if (version !== undefined && version !== "1") return null; // Section 2.2: a version that is not known is not read.
  return { authservId: id.toLowerCase(), methods: rest.flatMap((section) => methodOf(section) ?? []) };
}

/** What stands between two semicolons: words, quoted strings as one word without their quotes, "=" by itself. */
type Section = { words: string[]; comments: string };

function sectionsOf(value: string): Section[] {
  const sections: Section[] = [{ words: [], comments: "" }];
  let word: string | null = null;
  const endWord = (): void => {
    if (word !== null) sections.at(-1)!.words.push(word);
    word = null;
  };
  for (let at = 0; at < value.length;) {
    const character = value[at]!;
    if (character === "(") {
      const end = endOfComment(value, at);
      sections.at(-1)!.comments += ` ${value.slice(at + 1, end - 1)}`;
      endWord();
      at = end;
    } else if (character === '"') {
      const end = endOfQuoted(value, at);
      word = (word ?? "") + unquoted(value.slice(at + 1, end - 1));
      at = end;
    } else {
      at++;
      // Within a value "=" is a letter: base64 ends in it.
      const isSign = character === "=" && (word === null || sections.at(-1)!.words.at(-1) !== "=");
      if (character === ";" || isSign || /\s/.test(character)) endWord();
      else word = (word ?? "") + character;
      if (character === ";") sections.push({ words: [], comments: "" });
      if (isSign) sections.at(-1)!.words.push("=");
    }
  }
  endWord();
  return sections;
}

/** Where the comment ends that begins at `start`; comments nest (RFC 5322, section 3.2.2). */
function endOfComment(value: string, start: number): number {
  let depth = 0;
  for (let at = start; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === "(") depth++;
    else if (value[at] === ")" && --depth === 0) return at + 1;
  }
  return value.length + 1; // It was cut off: so is its end.
}

function endOfQuoted(value: string, start: number): number {
  for (let at = start + 1; at < value.length; at++) {
    if (value[at] === "\\") at++;
    else if (value[at] === '"') return at + 1;
  }
  return value.length + 1;
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/gs, "$1");
}

/** "dmarc = pass", then properties; null for "none", which says that nothing was checked. */
function methodOf({ words, comments }: Section): MethodResult | null {
  const sign = words.indexOf("=");
  const result = words[sign + 1];
  if (sign < 1 || result === undefined) return null;
  const properties = new Map<string, string>();
  for (let at = sign + 2; at + 2 < words.length; at++) {
    if (words[at + 1] !== "=" || words[at] === "=") continue;
    properties.set(words[at]!.toLowerCase(), words[at + 2]!);
    at += 2;
  }
  const method = words
    .slice(0, sign)
    .join("")
    .toLowerCase()
    .replace(/\/\d+$/, ""); // "dkim/1": the method's version.
  return { method, result: result.toLowerCase(), properties, comments };
}

/** What a server that is trusted says of a mail. */
export type TrustedClaim = {
  /** The topmost Authentication-Results field: anybody can write those below it. */
  topmost: string | null;
  trusted: readonly string[];
  /** The address in From, and that of the person whom the mail is taken to be from: a list's mail has two. */
  from: string;
  author: string;
};

/** The verdict of a trusted server; null where the topmost field is not of one. */
export function readTrustedResults({ topmost, trusted, from, author }: TrustedClaim): Authentication | null {
  const results = topmost === null ? null : parseAuthenticationResults(topmost);
  if (results === null || !trusted.includes(results.authservId)) return null;
  const { methods, authservId: by } = results;
  const dmarcs = methods.filter(({ method }) => method === "dmarc");
  const dmarc = dmarcs.find(({ result }) => result === "fail") ?? dmarcs[0];
  return {
    spf: firstOf(methods, "spf"),
    dkim: methods.some(({ method, result }) => method === "dkim" && result === "pass")
      ? "pass"
      : firstOf(methods, "dkim"),
    dmarc: dmarc ? dmarcOf(dmarc, from, author) : "none",
    arc: firstOf(methods, "arc"),
    policy: dmarc ? policyOf(dmarc) : null,
    by,
    domain: domainOf(author),
  };
}

/** Judged for whom we take the mail to be from. A server that saw another From saw another mail (one with two, say): what
 *  passed there proves the contrary. A list's mail passes as the list's and proves nothing of the person. */
function dmarcOf(dmarc: MethodResult, from: string, author: string): CheckResult {
  const result = asResult(dmarc.result);
  const judged = dmarc.properties.get("header.from");
  const judgedDomain = judged === undefined ? domainOf(from) : domainOf(judged);
  if (!areRelated(judgedDomain, domainOf(from))) return result === "pass" ? "fail" : result;
  return areRelated(judgedDomain, domainOf(author)) ? result : "none";
}

/** Some servers name the domain whose policy it was, which may stand above the address's. */
function areRelated(a: string, b: string): boolean {
  return a === b || a.endsWith(`.${b}`) || b.endsWith(`.${a}`);
}

const POLICIES = ["none", "quarantine", "reject"] as const;

/** In its own property (RFC 9989), in Google's comment "p=REJECT", or as Microsoft's action. */
function policyOf({ properties, comments }: MethodResult): Authentication["policy"] {
  const said = properties.get("policy.dmarc") ?? /\bp=(\w+)/i.exec(comments)?.[1] ?? properties.get("action") ?? "";
  return POLICIES.find((policy) => said.toLowerCase().endsWith(policy)) ?? null; // "oreject": overridden, yet published.
}

function firstOf(methods: MethodResult[], name: string): CheckResult {
  const found = methods.find(({ method }) => method === name);
  return found ? asResult(found.result) : "none";
}

function asResult(word: string): CheckResult {
  if (word === "hardfail") return "fail"; // Before RFC 7601.
  if (word === "policy") return "permerror"; // Refused by rules of that server's own.
  return CHECK_RESULTS.find((result) => result === word) ?? "none";
}

function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf("@") + 1).trim()).toLowerCase();
}
