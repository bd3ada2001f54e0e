/** What somebody typed into a search, taken apart. */
export type SearchText = {
  /** Words that must be found, as they were typed. */
  words: string[];
  /** Words that must stand beside each other. */
  phrases: string[];
  /** Words that must not be found. */
  without: string[];
  /** `name:value`, in the order in which they were typed; `isNot` with a minus before it. */
  filters: { name: string; value: string; isNot: boolean }[];
};

const MOST_PARTS = 20;
const PART = /(-?)(?:([\p{L}]+):)?(?:"([^"]*)"?|([^\s"]+))/gu;
const WORD = /[\p{L}\p{N}]+(?:[-_.'’@/][\p{L}\p{N}]+)*/gu;

/**
 * Reads what was typed: words, "words in this order", -word, name:value and name:"a value". A name that is none of `names` is
 * a word with a colon, as in "re:". Never fails: whatever holds no letter and no figure is left out.
 * @param names of filters, in small letters
 */
export function readSearchText(typed: string, names: ReadonlySet<string>): SearchText {
  const read: SearchText = { words: [], phrases: [], without: [], filters: [] };
  for (const [whole, minus, typedName, quoted, plain] of [...typed.normalize("NFC").matchAll(PART)].slice(
    0,
    MOST_PARTS,
  )) {
    const name = typedName?.toLowerCase();
    const value = (quoted ?? plain ?? "").trim();
    if (name !== undefined && names.has(name)) {
      if (value !== "") read.filters.push({ name, value, isNot: minus === "-" });
      continue;
    }
    const text = name === undefined ? value : whole.replace(/^-/, "");
    const words = text.match(WORD) ?? [];
    if (words.length === 0) continue;
    if (minus === "-") read.without.push(...words);
    else if (quoted !== undefined && name === undefined && words.length > 1) read.phrases.push(words.join(" "));
    else read.words.push(...words);
  }
  return read;
}
