import type { Opening, Site } from "#lib/api/site-types.ts";
import type { Priority } from "#lib/api/types.ts";
import type { LanguageCode } from "#lib/messages/languages.ts";
import type { Messages } from "#lib/messages/fr.ts";
import { durationWords, endOf, momentOf } from "#lib/site/opening-words.ts";

type Reader = { m: Messages; language: LanguageCode };
type At = Pick<Site, "now" | "timeZone">;

/** What is promised for a request of this priority, and when somebody works on it. */
export function promiseWords(site: At & Pick<Site, "promises">, priority: Priority, reader: Reader): string {
  const promise = site.promises.find((each) => each.priority === priority);
  if (promise === undefined) return "";
  const { m } = reader;
  const time = durationWords(promise.targetMs, reader);
  const within = promise.countsAlways ? time : m.site.withinWorking(time);
  return [m.site.promiseOf(m.priority[priority], within), workWords(promise.opening, site, reader)].join(" ").trim();
}

/** When somebody works on it; empty where nobody ever does, by the calendar. */
export function workWords(opening: Opening, at: At, reader: Reader): string {
  const { m } = reader;
  if (opening === null) return "";
  if (opening.opensAt > at.now) return m.site.workFrom(momentOf(opening.opensAt, at, reader));
  return opening.closesAt === null ? m.site.workAlways : m.site.workNow(endOf(opening.closesAt, at, reader));
}
