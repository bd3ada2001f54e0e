/** The words of one ticket, as far as they tell what it is about. */
export type Fingerprint = ReadonlySet<string>;

/** What greets, signs and binds says nothing: those of three letters and less are left out by their length. */
const EMPTY = new Set(
  (
    "bonjour bonsoir merci cordialement salutations madame monsieur pouvez vous votre vos nous notre nos dans pour avec depuis " +
    "goedemorgen goedemiddag dag bedankt groeten vriendelijke mevrouw meneer kunt kunnen ons onze voor met sinds het een " +
    "hello good morning afternoon thanks thank kind regards dear please could would your our with since have this that"
  ).split(" "),
);
const MOST_CHARACTERS = 2_000;
const MOST_WORDS = 60;

/** The first words count: what follows is mostly quotes and signatures. Accents and case do not. */
export function fingerprintOf({ subject, body }: { subject: string; body: string }): Fingerprint {
  const plain = `${subject}\n${body}`.slice(0, MOST_CHARACTERS).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const words = (plain.match(/[\p{L}\p{N}]{4,}/gu) ?? []).filter((word) => !EMPTY.has(word));
  return new Set(words.slice(0, MOST_WORDS).map((word) => word.slice(0, 7))); // Endings differ, the beginning stays.
}

/** How alike two are, 0 to 1: the share of their words that both have. Too few words are like nothing. */
export function similarity(one: Fingerprint, other: Fingerprint): number {
  if (one.size < LEAST_WORDS || other.size < LEAST_WORDS) return 0;
  let shared = 0;
  for (const word of one) if (other.has(word)) shared++;
  return shared / Math.sqrt(one.size * other.size);
}

const LEAST_WORDS = 3;

/** From here on two tickets are taken to be about the same. */
const ALIKE = 0.5;

export type Marked<T> = { item: T; fingerprint: Fingerprint };

/** Tickets by what they are about, in their order: each joins the first group with a ticket that it is like. */
export function groupAlike<T>(marked: readonly Marked<T>[]): Marked<T>[][] {
  const groups: Marked<T>[][] = [];
  for (const each of marked) {
    const group = groups.find((known) => isLikeSome(each.fingerprint, known));
    if (group) group.push(each);
    else groups.push([each]);
  }
  return groups;
}

/** Of a large group its first ones are looked at: they are what it is about. */
export function isLikeSome<T>(fingerprint: Fingerprint, group: readonly Marked<T>[]): boolean {
  return group.slice(0, MOST_COMPARED).some((other) => similarity(fingerprint, other.fingerprint) >= ALIKE);
}

const MOST_COMPARED = 4;
