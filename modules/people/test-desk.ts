import type { Db, DeskId } from "@permanence/database";
import { assert, instant, seededRandom, VirtualClock } from "@permanence/kernel";
import { applyDesk } from "./desk-application.ts";

// A desk for tests.

export const START = instant(Date.UTC(2026, 11, 24, 16, 30));

export function testWorld(seed = "people") {
  return { clock: new VirtualClock(START), random: seededRandom(seed) };
}

export const DESK_YAML = `
slug: agence
name: Agence
languages: [fr, nl]
timeZone: Europe/Brussels
mailboxes:
  - { address: Help@Agence.be, name: Agence }
company: { name: Agence SA }
calendars:
  staffed:
    week:
      mon: [["09:00", "12:30"], ["13:00", "18:00"]]
      fri: [["22:00", "02:00"]]
    holidays: ["12-25", "2027-01-04", "easter+1"]
workingCalendar: staffed
policy:
  urgent: { target: 1 h, demands: delivered, waiting: 15 min }
  high: { target: 4h, demands: presumed, waiting: 15 min, calendar: staffed }
  normal: { target: 1 d, demands: presumed, waiting: 15 min }
  low: { target: 1 d, demands: presumed, waiting: 15 min }
`;

/** Another desk beside it. */
export const OTHER_DESK_YAML = DESK_YAML.replace("slug: agence", "slug: other").replace(
  "Help@Agence.be",
  "help@other.be",
);

export const KINDS = [{ name: "notice", variables: ["name", "number"], languages: ["fr", "nl"] }];

export async function applyTestDesk(db: Db, deskYaml = DESK_YAML): Promise<DeskId> {
  const applied = await applyDesk(db, testWorld(deskYaml), { deskYaml, templates: [] }, KINDS);
  assert("deskId" in applied, JSON.stringify(applied));
  return applied.deskId;
}
