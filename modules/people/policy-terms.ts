import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { assert, canonicalJson, type Instant, instant } from "@permanence/kernel";
import type { CalendarSettings } from "./calendar-settings.ts";
import { byValue, type DeskSettings, type TargetSettings } from "./desk-settings.ts";
import {
  AROUND_THE_CLOCK,
  calendarsIn,
  PRIORITIES,
  type Priority,
  type PolicyDocument,
  STANDARD_POLICY,
  warningsSchema,
} from "./policy-settings.ts";

/** One version of a policy or of a calendar: never changed. `name` is the policy's or the calendar's. */
export type Version<Document> = {
  name: string;
  version: number;
  holdsFrom: Instant;
  document: Document;
  digest: string; // sha256 of the canonical JSON, in hexadecimal.
  madeBy: string; // FILE, or "agent:<id>".
  madeAt: Instant;
};
export type PolicyVersion = Version<PolicyDocument>;
export type CalendarVersion = Version<CalendarSettings>;

/** All versions, the first ones first. */
export type Promises = { policies: PolicyVersion[]; calendars: CalendarVersion[] };

/** The maker of what desk.yaml says. */
export const FILE = "desk.yaml";

/** Nothing was received before it: from here the first version of anything holds. */
export const BEGINNING = instant(0);

/** What a policy promises at one instant, with its calendars by value: needs nothing else, now or in ten years. */
export type Terms = {
  policy: string;
  version: number;
  digest: string;
  response: Record<Priority, TargetSettings>;
  targets: PolicyDocument["targets"];
  warnings: PolicyDocument["warnings"];
  escalation: PolicyDocument["escalation"];
  /** Those that `targets` name. */
  calendars: Record<string, { version: number; calendar: CalendarSettings }>;
};

/** What holds at `at`: of the versions that hold by then the one that began last, and of several the newest. */
export function versionAt<D>(versions: readonly Version<D>[], name: string, at: Instant): Version<D> | null {
  let found: Version<D> | null = null;
  for (const each of versions) {
    if (each.name !== name || each.holdsFrom > at) continue;
    if (found === null || each.holdsFrom >= found.holdsFrom) found = each;
  }
  return found;
}

/** The terms of a ticket that was received at `at`. Shared by those who ask: never changed in place. */
export function termsAt(promises: Promises, policy: string, at: Instant): Terms {
  const version = versionAt(promises.policies, policy, at);
  assert(version !== null, `the policy ${policy} has a version`);
  return resolveTerms(promises.calendars, version, at);
}

/** The terms of a policy that nobody saved yet, or of a version, with the calendars as they are at `at`. */
export function resolveTerms(
  calendarVersions: readonly CalendarVersion[],
  { name, version, digest, document }: Pick<PolicyVersion, "name" | "version" | "digest" | "document">,
  at: Instant,
): Terms {
  const { response, targets, warnings, escalation } = document;
  const named = new Map<string, CalendarVersion>();
  for (const { name } of calendarsIn(document)) named.set(name, requireCalendar(calendarVersions, name, at));
  const byName = Object.fromEntries([...named].map(([name, { document }]) => [name, document]));
  const promised = new Set(
    Object.values(targets).flatMap((each) => (each ? PRIORITIES.map((p) => each.by[p].calendar) : [])),
  );
  const ofTargets = [...named].filter(([name]) => promised.has(name));
  return {
    ...{ policy: name, version, digest, targets, warnings, escalation },
    response: Object.fromEntries(
      PRIORITIES.map((priority) => [priority, byValue(response[priority], byName)]),
    ) as Terms["response"],
    calendars: Object.fromEntries(
      ofTargets.map(([name, { version, document: calendar }]) => [name, { version, calendar }]),
    ),
  };
}

function requireCalendar(versions: readonly CalendarVersion[], name: string, at: Instant): CalendarVersion {
  const version = versionAt(versions, name, at);
  assert(version !== null, `the calendar ${name} has a version`);
  return version;
}

/** A calendar as it is at `at`. */
export function calendarAt(promises: Promises, name: string, at: Instant): CalendarSettings {
  return requireCalendar(promises.calendars, name, at).document;
}

export function digestOf(document: unknown): string {
  return createHash("sha256").update(canonicalJson(document)).digest("hex");
}

/** What a desk promised that was applied by a program without versions: as one version from the beginning. */
export function promisesOf(settings: DeskSettings, madeAt: Instant): Promises {
  const first = <D>(name: string, document: D): Version<D> => ({
    ...{ name, version: 0, holdsFrom: BEGINNING, document, digest: digestOf(document), madeBy: FILE, madeAt },
  });
  const named = Object.entries(settings.calendars);
  const nameOf = (calendar: CalendarSettings | undefined) =>
    named.find(([, each]) => isDeepStrictEqual(each, calendar))?.[0] ?? AROUND_THE_CLOCK;
  const response = Object.fromEntries(
    Object.entries(settings.policy).map(([priority, { targetMs, demands, waitingMs, calendar }]) => [
      priority,
      { target: targetMs, demands, waiting: waitingMs, calendar: nameOf(calendar) },
    ]),
  ) as PolicyDocument["response"];
  const document = { response, targets: {}, warnings: warningsSchema.parse(undefined), escalation: [] };
  return {
    policies: [first(STANDARD_POLICY, document)],
    calendars: named.map(([name, calendar]) => first(name, calendar)),
  };
}
