import type { Db, DeskId, Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { type Desk, deskOf, findBlocked } from "@permanence/people";
import { queueSuggestionMail, type Texts, textIn } from "@permanence/tickets";
import { sql } from "kysely";
import { stateWord } from "./state-words.ts";
import { addNewsJob, type SuggestionNewsJob } from "./state-change.ts";
import type { SuggestionState } from "./suggestion-tables.ts";

/** The job: run again, or twice at once, it mails nothing twice. */
export async function tellNews(db: Db, world: World, { deskId, eventId, contactId }: SuggestionNewsJob): Promise<void> {
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const news = await takeNews(tx, deskId, eventId, contactId);
    if (news === null) return;
    const outcome = await mailNews(tx, world, desk, news);
    await tx
      .updateTable("suggestion_news")
      .set({ done_at: world.clock.now(), outcome })
      .where("desk_id", "=", deskId)
      .where("event_id", "=", eventId)
      .where("contact_id", "=", contactId)
      .execute();
  });
}

type News = {
  contactId: string;
  suggestionId: string;
  title: string;
  state: SuggestionState;
  reason: Texts | null;
  token: string | null;
  isOvertaken: boolean;
  name: string;
  language: string | null;
  address: string | null;
};

/** What is still to be told, its row locked; null where it was told. A mail goes to the address that the contact was last
 *  seen to read at, of those where mail arrives. */
async function takeNews(tx: Tx, deskId: DeskId, eventId: string, contactId: string): Promise<News | null> {
  const { rows } = await sql<News>`
    select n.contact_id as "contactId", n.suggestion_id as "suggestionId", s.title,
      s.state, s.reason, c.name, c.language,
      (select f.token from suggestion_follow f where f.desk_id = n.desk_id and f.suggestion_id = n.suggestion_id
        and f.contact_id = n.contact_id and f.ended_at is null) as token,
      s.merged_into is not null or s.moderation <> 'approved' or s.state_at <> e.at or s.state <> e.data->>'to' as "isOvertaken",
      (select a.address from contact_address a
        where a.desk_id = n.desk_id and a.contact_id = n.contact_id and a.failed_at is null
        order by a.verified_at desc nulls last, a.address limit 1) as address
    from suggestion_news n
    join suggestion s on s.desk_id = n.desk_id and s.suggestion_id = n.suggestion_id
    join suggestion_event e on e.desk_id = n.desk_id and e.suggestion_id = n.suggestion_id and e.event_id = n.event_id
    join contact c on c.desk_id = n.desk_id and c.contact_id = n.contact_id
    where n.desk_id = ${deskId} and n.event_id = ${eventId} and n.contact_id = ${contactId} and n.done_at is null
    for update of n`.execute(tx);
  return rows[0] ?? null;
}

async function mailNews(tx: Tx, world: World, desk: Desk, news: News): Promise<string> {
  const { token, address } = news;
  if (news.isOvertaken) return "overtaken";
  if (token === null) return "does not follow any more";
  if (address === null) return "no mail arrives";
  if ((await findBlocked(tx, desk.deskId, [address])).has(address)) return "blocked";
  if (world.site === undefined) return "nobody knows where the site is";
  const { languages } = desk.settings;
  const language = news.language !== null && languages.includes(news.language) ? news.language : languages[0]!;
  const site = world.site.url;
  const queued = await queueSuggestionMail(tx, world, desk, {
    ...{ contactId: news.contactId, address, name: news.name, language, title: news.title },
    state: stateWord(news.state, language),
    reason: news.reason === null ? "" : textIn(news.reason, language, languages),
    link: `${site}/${language}/suggestions/${news.suggestionId}`,
    unsubscribeLink: `${site}/${language}/suggestions/unfollow/${token}`,
    unsubscribeUrl: `${site}/api/v1/desks/${desk.slug}/suggestion-follows/${token}`,
  });
  return queued === null ? "no mail can go to the address" : "queued";
}

const FORGOTTEN_MS = 60_000;

/** Jobs that were lost are added again. */
export async function requeueNews(db: Db, world: World, deskId: DeskId): Promise<void> {
  const before: Instant = instant(world.clock.now() - FORGOTTEN_MS);
  await db.transaction(deskId, async (tx) => {
    const rows = await tx
      .selectFrom("suggestion_news")
      .select(["event_id as eventId", "contact_id as contactId"])
      .where("desk_id", "=", deskId)
      .where("done_at", "is", null)
      .where("made_at", "<", before)
      .limit(1_000)
      .execute();
    for (const row of rows) addNewsJob(tx, { deskId, ...row });
  });
}
