/** What must not be published of a ticket: mail addresses, telephone numbers, and the names of whoever wrote it. */
export function findPersonal(text: string, names: readonly string[]): string[] {
  const found = [...(text.match(ADDRESS) ?? []), ...(text.match(TELEPHONE) ?? [])];
  for (const name of names) {
    const parts = [name, ...name.split(/\s+/)].filter((part) => part.length >= 3);
    found.push(...parts.flatMap((part) => text.match(asWord(part)) ?? []));
  }
  return [...new Set(found.map((each) => each.trim()))];
}

const ADDRESS = /[^\s@<>()"',;:]+@[^\s@<>()"',;:]+\.[^\s@<>()"',;:.]+/g;
/** Nine digits and more, as one writes them: "+32 470 12 34 56", "0470/12.34.56". */
const TELEPHONE = /(?<!\w)\+?\(?\d(?:[ ./()-]*\d){8,}(?!\w)/g;

function asWord(part: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(part)}(?![\\p{L}\\p{N}])`, "giu");
}
