import type { PolicyVersion, Priority } from "#lib/api/types.ts";

export type PolicyDocument = PolicyVersion["document"];
export type TargetName = keyof PolicyDocument["targets"];

export const PRIORITIES: Priority[] = ["urgent", "high", "normal", "low"];
export const TARGET_NAMES: TargetName[] = ["firstReply", "nextReply", "resolution"];
export const ALWAYS = "always";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** As a form shows a length of time, and takes it back: "4 h", "15 min". */
export function lengthText(ms: number): string {
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS} h`;
  return ms % MINUTE_MS === 0 ? `${ms / MINUTE_MS} min` : `${ms / 1_000} s`;
}

/** What a form of a policy says, to be checked by the API: what it does not understand it names by its place. */
export function readPolicy(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const response = Object.fromEntries(
    PRIORITIES.map((priority) => {
      const at = `response.${priority}`;
      const calendar = text(`${at}.calendar`);
      const target = { target: text(`${at}.target`), demands: text(`${at}.demands`), waiting: text(`${at}.waiting`) };
      return [priority, { ...target, ...(calendar && calendar !== ALWAYS && { calendar }) }];
    }),
  );
  const targets = Object.fromEntries(TARGET_NAMES.flatMap((name) => targetOf(name, text, form)));
  const shares = (name: string) => (text(name).match(/\d+/g) ?? []).map(Number);
  return {
    response,
    targets,
    warnings: { at: shares("warnings.at"), tell: shares("warnings.tell") },
    escalation: rulesIn(form, text),
  };
}

/** Those that name a target: a rule is removed by taking its target away. */
function rulesIn(form: FormData, text: (name: string) => string) {
  const places = [...form.keys()].flatMap((name) => /^(rule\.\d+)\.target$/.exec(name)?.[1] ?? []);
  return places
    .filter((at) => text(`${at}.target`) !== "")
    .map((at) => {
      const share = text(`${at}.at`);
      const chosen = ["priority", "raise", "assign"].map((name) => [name, text(`${at}.${name}`)] as const);
      const given = Object.fromEntries(chosen.filter(([, value]) => value !== ""));
      return { target: text(`${at}.target`), at: share === "breach" ? share : Number(share), ...given };
    });
}

/** None where no priority has a time for it. */
function targetOf(name: TargetName, text: (name: string) => string, form: FormData) {
  if (PRIORITIES.every((priority) => text(`${name}.${priority}.target`) === "")) return [];
  const by = Object.fromEntries(
    PRIORITIES.map((priority) => {
      const at = `${name}.${priority}`;
      return [priority, { target: text(`${at}.target`), calendar: text(`${at}.calendar`) || ALWAYS }];
    }),
  );
  return [[name, { published: form.has(`${name}.published`), pauses: form.getAll(`${name}.pauses`).map(String), by }]];
}

/** The next Friday at 17.30: the time at which one wonders. */
export function nextFriday(nowMs: number): string {
  const now = new Date(nowMs);
  const day = new Date(
    Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + ((12 - now.getUTCDay()) % 7)),
  );
  return `${day.toISOString().slice(0, 10)}T17:30`;
}

/** A wall time of a zone ("2026-11-27T17:30") as an instant; null where it is none. */
export function instantOf(wallTime: string, timeZone: string): string | null {
  const asUtc = Date.parse(`${wallTime}Z`);
  if (Number.isNaN(asUtc)) return null;
  const offset = (at: number) => {
    const parts = new Intl.DateTimeFormat("sv", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at);
    return Date.parse(`${parts.replace(" ", "T")}Z`) - Math.floor(at / 1_000) * 1_000;
  };
  return new Date(asUtc - offset(asUtc - offset(asUtc))).toISOString();
}
