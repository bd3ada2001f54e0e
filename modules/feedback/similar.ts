import type { DeskId, Tx } from "@permanence/database";
import { sql } from "kysely";
import { askedStems } from "./stems.ts";
import type { SuggestionState } from "./suggestion-tables.ts";

export type Similar = { id: string; title: string; language: string; state: SuggestionState; votes: number };

/** More is asked of nobody's typing. */
const MOST_STEMS = 40;
const MOST_CANDIDATES = 200;
const MOST_FOUND = 5;
/** Of the weight of what was typed, this share must be found for a suggestion to be a likely duplicate. */
const LEAST_SHARE = 0.3;

/**
 * Suggestions that are likely about the same as what somebody types, the likeliest first: rare words count more than common
 * ones, and words of a title more than those below it. Only those that everybody sees. The one place that ranks.
 * @param language of what is typed: its stemmer is used
 */
export async function findSimilar(
  tx: Tx,
  deskId: DeskId,
  { text, language, except }: { text: string; language: string; except?: string | undefined },
): Promise<Similar[]> {
  const asked = await readStems(tx, text, language);
  if (asked.length === 0) return [];
  const { candidates, total } = await readCandidates(tx, deskId, asked, except);
  const found = asked.map((stem) => candidates.filter(({ stems }) => stems.includes(stem)).length);
  const rarity = new Map(asked.map((stem, index) => [stem, Math.log(1 + total / (1 + found[index]!))]));
  const whole = asked.reduce((sum, stem) => sum + rarity.get(stem)!, 0);
  return candidates
    .map((candidate) => ({ candidate, share: shareOf(candidate, rarity) / whole }))
    .filter(({ candidate, share }) => share >= LEAST_SHARE && candidate.stems.length >= Math.min(2, asked.length))
    .toSorted((a, b) => b.share - a.share || b.candidate.votes - a.candidate.votes)
    .slice(0, MOST_FOUND)
    .map(({ candidate: { id, title, language: written, state, votes } }) => ({
      id,
      title,
      language: written,
      state,
      votes,
    }));
}

type Candidate = Similar & { stems: string[]; titleStems: string[] };

const BELOW_TITLE = 0.6;

function shareOf({ stems, titleStems }: Candidate, rarity: Map<string, number>): number {
  return stems.reduce((sum, stem) => sum + rarity.get(stem)! * (titleStems.includes(stem) ? 1 : BELOW_TITLE), 0);
}

async function readStems(tx: Tx, text: string, language: string): Promise<string[]> {
  const { rows } = await sql<{ stems: string[] }>`select ${askedStems(text, language)} as stems`.execute(tx);
  const telling = rows[0]!.stems.filter((stem) => stem.length > 2 || /\d/.test(stem)); // "les" is no stop word there.
  return telling.toSorted((a, b) => b.length - a.length).slice(0, MOST_STEMS);
}

async function readCandidates(tx: Tx, deskId: DeskId, asked: string[], except: string | undefined) {
  const any = asked.map((stem) => `'${stem}'`).join(" | "); // Stems of plain words: letters and digits alone.
  const { rows } = await sql<Candidate & { total: number }>`
    select s.suggestion_id as id, s.title, s.language, s.state, s.votes,
      array(select lexeme from unnest(s.words) where lexeme = any(${asked}::text[])) as stems,
      array(select lexeme from unnest(s.words) where lexeme = any(${asked}::text[]) and 'A' = any(weights)) as "titleStems",
      (select count(*) from suggestion o where o.desk_id = ${deskId})::int as total
    from suggestion s
    where s.desk_id = ${deskId} and s.merged_into is null and s.moderation = 'approved'
      and s.suggestion_id is distinct from ${except ?? null}::uuid and s.words @@ ${any}::tsquery
    order by ts_rank(s.words, ${any}::tsquery) desc limit ${MOST_CANDIDATES}`.execute(tx);
  return { candidates: rows, total: rows[0]?.total ?? 0 };
}
