import { toIso } from "@permanence/kernel";
import type { ImapSurvey } from "@permanence/mail";
import type { FetchedMailbox } from "@permanence/people";

const MEGABYTE = 1_000_000;

/** For programs. */
export function surveyAsJson({ address, imap }: FetchedMailbox, survey: ImapSurvey) {
  const { oldest, newest, takenFrom, ...rest } = survey;
  const iso = (at: typeof oldest) => (at === null ? null : toIso(at));
  const where = { address, host: imap.host, user: imap.user, folder: imap.folder, since: imap.since };
  return { ...where, ...rest, oldest: iso(oldest), newest: iso(newest), takenFrom: iso(takenFrom) };
}

/** For people. */
export function describeSurvey({ address, imap }: FetchedMailbox, survey: ImapSurvey): string[] {
  const { folders, messages, months, oldest, newest, takenFrom, wouldTake } = survey;
  const day = (at: typeof oldest) => toIso(at!).slice(0, "2026-11-25".length);
  return [
    `${address}: ${imap.user} at ${imap.host}`,
    "Folders:",
    ...folders.map(({ path, messages }) => `  ${path.padEnd(30)} ${messages ?? "?"}`),
    messages === 0
      ? `${imap.folder} is empty.`
      : `${imap.folder} has ${messages}, received from ${day(oldest)} to ${day(newest)}:`,
    ...months.map(({ month, messages }) => `  ${month}  ${messages}`),
    takenFrom === null
      ? "Nothing of it would be taken: desk.yaml names no date (since), so only mail that comes after the start is."
      : `From ${toIso(takenFrom)} on, ${wouldTake.messages} would be taken (${(wouldTake.bytes / MEGABYTE).toFixed(1)} MB).`,
    ...(wouldTake.tooLarge > 0
      ? [`${wouldTake.tooLarge} are larger than what is taken (maxMailBytes), and left.`]
      : []),
  ];
}
