type Check =
  | "service"
  | "web"
  | "smtp"
  | "database"
  | "migrations"
  | "desks"
  | "mailboxes"
  | "imap"
  | "identity"
  | "incoming"
  | "outgoing"
  | "relay"
  | "probe"
  | "disk"
  | "clock";

/** What one check of an installation found. */
export type Finding = {
  check: Check;
  level: "ok" | "warn" | "fail";
  /** What stands. */
  sentence: string;
  /** What to do about it; null where nothing need be done. */
  advice: string | null;
};

export const ok = (check: Check, sentence: string): Finding => ({ check, level: "ok", sentence, advice: null });
export const warn = (check: Check, sentence: string, advice: string): Finding => ({
  check,
  level: "warn",
  sentence,
  advice,
});
export const fail = (check: Check, sentence: string, advice: string): Finding => ({
  check,
  level: "fail",
  sentence,
  advice,
});

/** For sentences: "1 desk", "3 mailboxes". */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

const MINUTE_MS = 60_000;

/** For sentences: how long something has waited. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.round(ms / 1000))} s`;
  if (ms < 120 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 48 * 60 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS / 60)} h`;
  return `${Math.round(ms / MINUTE_MS / 60 / 24)} days`;
}
