import { signsIn } from "./triage-signs.ts";

export type Ticket = { subject: string; body: string; type: string; lang: string; priority: "low" | "medium" | "high" };

/** How alike tickets are, all with all: the sum of views that count alike, each a cosine of weighted features or a product of
 *  two such (a feature for each pair). The weights by rarity, and which words are names, come from `known` only: the tickets
 *  of the training part. */
export function ticketKernel(tickets: readonly Ticket[], known: readonly number[]): Float64Array {
  const plain = tickets.map(({ subject, body }) => `${withoutAccents(subject)} | ${withoutAccents(body)}`);
  const words = plain.map((text): string[] => text.match(/[a-z0-9_<>]+|\|/g) ?? []);
  const names = namesAmong(tickets, words, known);
  const of = (view: (i: number) => string[], byRarity = true): Float64Array =>
    cosines(
      tickets.map((_, i) => view(i)),
      known,
      byRarity,
    );
  const signs = plain.map(signsIn);
  const bare = of((i) => words[i]!);
  const pairs = of((i) => pairsOf(signs[i]!), false);
  const type = of((i) => [tickets[i]!.type], false);
  const length = of(
    (i) => [
      `${Math.floor(Math.log2(tickets[i]!.body.length + 1) * 1.5)}`,
      tickets[i]!.subject === "" ? "none" : "some",
    ],
    false,
  );
  const named = of((i) => words[i]!.filter((word) => names.has(word)));
  const subject = of((i) => words[i]!.slice(0, words[i]!.indexOf("|")));
  const namedSigns = product(pairs, named);
  const views = [
    bare,
    of((i) => words[i]!.slice(1).map((word, j) => `${words[i]![j]} ${word}`)),
    of((i) => substrings(plain[i]!.replaceAll(/\s+/g, " "), 3, 6)),
    of((i) => words[i]!.filter((word) => word.length > 3).map((word) => word.slice(0, 5))),
    ...[type, of((i) => signs[i]!), pairs],
    ...[namedSigns, product(named, type), product(pairs, type), product(length, pairs), product(subject, pairs)],
    ...[product(namedSigns, type), product(namedSigns, length)],
    product(
      length,
      of((i) => signs[i]!, false),
    ),
    product(
      of((i) => formOf(tickets[i]!), false),
      named,
    ),
  ];
  return new Float64Array(tickets.length ** 2).map(
    (_, at) => 1 + 0.3 * views.reduce((all, view) => all + view[at]!, 0),
  );
}

/** How a ticket is written, whatever it says: its first and last words, paragraphs, sentences, blanks to fill in. */
function formOf({ subject, body }: Ticket): string[] {
  const lines = body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return [
    `first ${(lines[0] ?? "").slice(0, 40).replaceAll(/<[^>]*>/g, "")}`,
    `last ${(lines.at(-1) ?? "").slice(0, 25)}`,
    `before ${(lines.at(-2) ?? "").slice(0, 25)}`,
    `lines ${Math.min(8, lines.length)}`,
    `subject ${Math.min(10, subject.split(" ").length)}`,
    `sentences ${Math.min(10, (body.match(/[.!?](?:\s|$)/g) ?? []).length)}`,
    ...new Set(body.match(/<\w+>/g)),
    ...["?", "!", "  ", "\n\n", " \n"].filter((mark) => body.includes(mark)),
  ];
}

const withoutAccents = (text: string): string => text.toLowerCase().normalize("NFKD").replaceAll(/\p{M}/gu, "");

/** Words that stand in tickets of three languages or more name things: products, mostly. */
function namesAmong(tickets: readonly Ticket[], words: readonly string[][], known: readonly number[]): Set<string> {
  const seen = new Map<string, Map<string, number>>();
  for (const i of known)
    for (const word of new Set(words[i])) {
      const languages = seen.get(word) ?? new Map<string, number>();
      languages.set(tickets[i]!.lang, (languages.get(tickets[i]!.lang) ?? 0) + 1);
      seen.set(word, languages);
    }
  const isName = (word: string, languages: Map<string, number>) =>
    word.length > 2 && [...languages.values()].filter((count) => count > 1).length > 2;
  return new Set([...seen].filter(([word, languages]) => isName(word, languages)).map(([word]) => word));
}

function pairsOf(signs: readonly string[]): string[] {
  const each = [...new Set(signs)].toSorted();
  return [...each, ...each.flatMap((a, i) => each.slice(i + 1).map((b) => `${a} ${b}`))];
}

function substrings(text: string, least: number, most: number): string[] {
  const found: string[] = [];
  for (let size = least; size <= most; size++)
    for (let i = 0; i + size <= text.length; i++) found.push(text.slice(i, i + size));
  return found;
}

const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, at) => value * b[at]!);

/** Cosines of term weights (1 + log count) × rarity; what fewer than two known tickets have says nothing. */
function cosines(documents: readonly string[][], known: readonly number[], byRarity: boolean): Float64Array {
  const spread = new Map<string, number>();
  const counted = documents.map((terms) => {
    const counts = new Map<string, number>();
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
    return counts;
  });
  for (const i of known) for (const term of counted[i]!.keys()) spread.set(term, (spread.get(term) ?? 0) + 1);
  const holders = new Map<string, { at: number[]; weight: number[] }>();
  for (const [i, counts] of counted.entries()) {
    const weights: [string, number][] = [];
    for (const [term, count] of counts) {
      const among = spread.get(term) ?? 0;
      if (among < 2) continue;
      weights.push([term, (1 + Math.log(count)) * (byRarity ? Math.log((1 + known.length) / (1 + among)) + 1 : 1)]);
    }
    const norm = Math.sqrt(weights.reduce((all, [, weight]) => all + weight * weight, 0)) || 1;
    for (const [term, weight] of weights) {
      const held = holders.get(term) ?? { at: [], weight: [] };
      held.at.push(i);
      held.weight.push(weight / norm);
      holders.set(term, held);
    }
  }
  const n = documents.length;
  const alike = new Float64Array(n * n);
  for (const { at, weight } of holders.values())
    for (let a = 0; a < at.length; a++)
      for (let b = 0; b < at.length; b++) alike[at[a]! * n + at[b]!]! += weight[a]! * weight[b]!;
  return alike;
}
