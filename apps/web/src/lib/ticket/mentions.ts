/** Whom a note can name. `key`: "agent:<id>" or "team:<id>". */
export type Mentionable = { key: string; name: string };

/** What is typed of a name at the end of a text, behind an @ that begins a word; null where nothing is. */
export function typedName(text: string): string | null {
  return (
    /(?:^|[\s(])@([^\s@][^@\n]{0,40}|)$/u.exec(text.trimEnd() === text ? text : text.replace(/\n+$/, ""))?.[1] ?? null
  );
}

/** The keys of those whom a text names, each once. Of two names of which one begins the other, the longer counts. */
export function mentionsIn(text: string, people: readonly Mentionable[]): string[] {
  let rest = text;
  const named: string[] = [];
  for (const { key, name } of people.toSorted((a, b) => b.name.length - a.name.length)) {
    if (!rest.includes(`@${name}`)) continue;
    named.push(key);
    rest = rest.replaceAll(`@${name}`, "");
  }
  return named.toSorted();
}
