// Two words that differ in one letter meet once a letter is left out of each: so words are kept by themselves and with each
// letter left out in turn, and what somebody typed is looked up the same way (the idea of symmetric deletion).

const SHORTEST = 4;
const LONGEST = 24;

/** Whether a word is kept for correcting what is typed: letters alone, neither short nor endless. */
export function isCorrectable(word: string): boolean {
  return word.length >= SHORTEST && word.length <= LONGEST && /^\p{L}+$/u.test(word);
}

/** The word, and the word with each letter left out in turn. */
export function keysOf(word: string): string[] {
  const letters = Array.from(word);
  return [...new Set([word, ...letters.map((_, index) => letters.toSpliced(index, 1).join(""))])];
}

/** Whether one error of typing makes the one of the other: a letter left out, added, another, or two changed about. */
export function isNear(one: string, other: string): boolean {
  const [a, b] = [Array.from(one), Array.from(other)];
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1];
  const [restA, restB] = [endA - start, endB - start];
  if (restA <= 1 && restB <= 1) return true;
  return restA === 2 && restB === 2 && a[start] === b[start + 1] && a[start + 1] === b[start];
}
