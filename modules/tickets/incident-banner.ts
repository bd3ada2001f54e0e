import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { findOpen, type OpenIncident } from "./incident-offers.ts";
import { type Texts, textIn } from "./incident-store.ts";
import { readUpdates } from "./incident-view.ts";
import { fingerprintOf, isLikeSome } from "./similar-tickets.ts";
import type { Words } from "./ticket-triage.ts";

/** What a new ticket's notice says of an incident that runs, in the reader's language. */
export type Banner = { incidentId: string; text: string };

type Running = OpenIncident & { title: Texts; newest: Texts };

/** For each of these messages the banner of the incident that it is like; null where there is none. */
export async function bannersFor(
  tx: Tx,
  world: World,
  desk: Desk,
  messages: readonly Words[],
): Promise<(Banner | null)[]> {
  const running = await findRunning(tx, desk);
  return messages.map((words) => {
    if (running.length === 0) return null;
    const fingerprint = fingerprintOf(words);
    const found = running.find(({ tickets }) => isLikeSome(fingerprint, tickets));
    return found ? { incidentId: found.incidentId, text: bannerText(world, desk, found, words.language) } : null;
  });
}

function bannerText({ site }: World, { slug, settings }: Desk, { title, newest }: Running, language: string): string {
  const { languages } = settings;
  const said = [textIn(title, language, languages), textIn(newest, language, languages)];
  const link = site === undefined ? [] : [`${site.url}/status/${slug}`];
  return [...new Set(said), ...link].filter((each) => each !== "").join(" – ");
}

async function findRunning(tx: Tx, { deskId }: Desk): Promise<Running[]> {
  const open = (await findOpen(tx, deskId)).filter(({ state }) => state === "running");
  const found: Running[] = [];
  for (const incident of open) {
    const row = await tx
      .selectFrom("incident")
      .select(["title", "is_public"])
      .where("desk_id", "=", deskId)
      .where("incident_id", "=", incident.incidentId)
      .executeTakeFirst();
    if (row === undefined || !row.is_public) continue;
    const [newest] = await readUpdates(tx, deskId, incident.incidentId);
    found.push({ ...incident, title: row.title, newest: newest?.text ?? {} });
  }
  return found;
}
