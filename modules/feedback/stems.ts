import { type RawBuilder, sql } from "kysely";

/** PostgreSQL's own Snowball stemmers and stop words; a language without one is taken as it is written. */
const DICTIONARY: Record<string, string> = { fr: "french", nl: "dutch", en: "english" };

/** The stems of a suggestion as they are kept, those of the title with weight A. */
export function stemsOf({ title, text, language }: { title: string; text: string; language: string }) {
  return sql<string>`setweight(${vector(title, language)}, 'A') || setweight(${vector(text, language)}, 'B')`;
}

/** The stems of what somebody types, of all its words once. */
export function askedStems(text: string, language: string): RawBuilder<string[]> {
  return sql<string[]>`tsvector_to_array(${vector(text, language)})`;
}

function vector(text: string, language: string) {
  const dictionary = DICTIONARY[language] ?? "simple";
  return sql`to_tsvector(${sql.lit(dictionary)}::regconfig, ${plain(text)})`;
}

/** Without accents and signs: who types in haste leaves them out, and elisions would hide their words ("l'export"). */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .toLowerCase();
}
