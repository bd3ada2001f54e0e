import type { Site } from "#lib/api/site-types.ts";
import type { Priority } from "#lib/api/types.ts";
import type { LanguageCode } from "#lib/messages/languages.ts";
import type { Messages } from "#lib/messages/fr.ts";
import { durationWords, momentOf } from "#lib/site/opening-words.ts";

/** What is promised for a request of this priority, and when somebody works on it. */
export function promiseWords(
  site: Pick<Site, "promises" | "now" | "timeZone">,
  priority: Priority,
  reader: { m: Messages; language: LanguageCode },
): string {
  const { m } = reader;
  const promise = site.promises.find((each) => each.priority === priority);
  if (promise === undefined) return "";
  const { targetMs, countsAlways, staffedAlways, opening } = promise;
  const time = (countsAlways ? m.site.within : m.site.withinWorking)(durationWords(targetMs, reader));
  const promised = m.site.promiseOf(m.priority[priority], time);
  if (staffedAlways) return `${promised} ${m.site.workAlways}`;
  if (opening === null) return promised;
  const isOpen = opening.opensAt <= site.now;
  if (isOpen && opening.closesAt === null) return `${promised} ${m.site.workAlways}`;
  const moment = momentOf(isOpen ? opening.closesAt! : opening.opensAt, site, reader);
  return `${promised} ${(isOpen ? m.site.workNow : m.site.workFrom)(moment)}`;
}
