/** What one check of an installation found. */
export type Finding = {
  check: "database" | "migrations" | "desks" | "imap" | "relay" | "disk" | "clock";
  level: "ok" | "warn" | "fail";
  /** What stands. */
  sentence: string;
  /** What to do about it; null where nothing need be done. */
  advice: string | null;
};

type Check = Finding["check"];

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
