import type { Db } from "@permanence/database";
import { type Instant, instant, toIso } from "@permanence/kernel";
import type { FetchedMailbox } from "@permanence/people";
import type { ImapFlow } from "imapflow";
import { findPosition, readChoices } from "./imap-mailbox-store.ts";
import { type ImapPosition, positionIn } from "./imap-position.ts";
import {
  connectImap,
  IMAP_LIMITS,
  type ImapSource,
  imapSource,
  type PasswordOf,
  pathOf,
  whileOpen,
} from "./imap-source.ts";
import { openFolder } from "./imap-folder.ts";

/** What lies in a mailbox, and what of it would be taken. */
export type ImapSurvey = {
  folders: { path: string; messages: number | null }[];
  messages: number;
  /** How many were received in each month (UTC), the oldest first. */
  months: { month: string; messages: number }[];
  oldest: Instant | null;
  newest: Instant | null;
  /** Nothing older is taken; null where the mailbox was not opened yet and no date is set: then nothing is. */
  takenFrom: Instant | null;
  wouldTake: { messages: number; bytes: number; tooLarge: number };
  /** How many of the rest are older, and how many of those would be imported as history. */
  older: number;
  history: number;
  /** How full the mailbox is, from 0 to 1; null where the server does not say. */
  quotaUsed: number | null;
};

export type SurveyOptions = {
  db: Db;
  passwordOf: PasswordOf;
  now: Instant;
  maxSizeBytes?: number;
  /** From when mail would be taken; where it is missing, as it stands. */
  from?: Instant | null;
  /** From when older mail would be history; where it is missing, as it stands. */
  historyFrom?: Instant | null;
};

/** Looks into the folder that mail is taken from, and changes nothing. Throws what `describeImapFailure` explains. */
export async function surveyMailbox(
  mailbox: FetchedMailbox,
  { db, passwordOf, now, maxSizeBytes = IMAP_LIMITS.mailBytes, from = null, historyFrom = null }: SurveyOptions,
): Promise<ImapSurvey> {
  const { deskId, mailboxId } = mailbox;
  const [known, choices] = await db.transaction(deskId, async (tx) => [
    await findPosition(tx, deskId, mailboxId),
    await readChoices(tx, deskId),
  ]);
  const source = imapSource(db, mailbox, passwordOf, choices.get(mailboxId));
  return withClient(source, async (client) => {
    const folder = await openFolder(client, source, { readOnly: true });
    const quotaUsed = await quotaOf(client, source);
    const folders = await foldersOf(client);
    const since = from ?? source.since;
    const position = positionIn(folder, known, since, now);
    const isTaken = (uid: number, at: Instant) =>
      known !== null && known.uidValidity === folder.uidValidity && uid <= known.lastUid && at >= known.takeFrom;
    const survey = new Count({ position, historyFrom: historyFrom ?? source.historyFrom, isTaken, maxSizeBytes });
    if (folder.messages > 0) {
      const query = { uid: true, size: true, internalDate: true };
      for await (const { uid, size = 0, internalDate } of client.fetch("1:*", query))
        survey.add(uid, size, instant(new Date(internalDate ?? now).getTime()));
    }
    const takenFrom = from ?? known?.takeFrom ?? source.since;
    return { folders, messages: folder.messages, ...survey.result(), takenFrom, quotaUsed };
  });
}

/** Connects, signs in and opens the folder, and changes nothing: whether mail can be fetched at all. */
export async function probeMailbox(
  db: Db,
  mailbox: FetchedMailbox,
  passwordOf: PasswordOf,
): Promise<{ messages: number; quotaUsed: number | null }> {
  const source = imapSource(db, mailbox, passwordOf);
  return withClient(source, async (client) => {
    const { messages } = await openFolder(client, source, { readOnly: true });
    return { messages, quotaUsed: await quotaOf(client, source) };
  });
}

async function withClient<T>(source: ImapSource, work: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = await connectImap(source);
  try {
    return await whileOpen(client, work(client));
  } finally {
    client.close();
  }
}

async function foldersOf(client: ImapFlow): Promise<ImapSurvey["folders"]> {
  const listed = await client.list({ statusQuery: { messages: true } });
  return listed
    .filter(({ flags }) => !flags.has("\\Noselect") && !flags.has("\\NonExistent"))
    .map(({ path, delimiter, status }) => ({
      path: delimiter === "" ? path : path.split(delimiter).join("/"), // As desk.yaml names it.
      messages: status?.messages ?? null,
    }));
}

async function quotaOf(client: ImapFlow, { folder }: ImapSource): Promise<number | null> {
  const quota = await client.getQuota(pathOf(folder)).catch(() => false as const);
  const { usage, limit } = (quota && quota.storage) || {};
  return usage === undefined || limit === undefined || limit === 0 ? null : usage / limit;
}

type CountOptions = {
  position: ImapPosition;
  historyFrom: Instant | null;
  isTaken(uid: number, at: Instant): boolean;
  maxSizeBytes: number;
};

/** Adds up what lies there, message by message. */
class Count {
  readonly #options: CountOptions;
  readonly #months = new Map<string, number>();
  readonly #wouldTake = { messages: 0, bytes: 0, tooLarge: 0 };
  #older = 0;
  #history = 0;
  #oldest: Instant | null = null;
  #newest: Instant | null = null;

  constructor(options: CountOptions) {
    this.#options = options;
  }

  add(uid: number, sizeBytes: number, at: Instant): void {
    const month = toIso(at).slice(0, "2026-11".length);
    this.#months.set(month, (this.#months.get(month) ?? 0) + 1);
    if (this.#oldest === null || at < this.#oldest) this.#oldest = at;
    if (this.#newest === null || at > this.#newest) this.#newest = at;
    const { position, historyFrom, isTaken, maxSizeBytes } = this.#options;
    if (at < position.takeFrom) {
      this.#older++;
      if (historyFrom !== null && at >= historyFrom) this.#history++;
      return;
    }
    if (uid <= position.lastUid || isTaken(uid, at)) return;
    if (sizeBytes > maxSizeBytes) this.#wouldTake.tooLarge++;
    else {
      this.#wouldTake.messages++;
      this.#wouldTake.bytes += sizeBytes;
    }
  }

  result() {
    const months = [...this.#months].map(([month, messages]) => ({ month, messages }));
    const sorted = months.toSorted((a, b) => (a.month < b.month ? -1 : 1));
    const dates = { oldest: this.#oldest, newest: this.#newest };
    return { months: sorted, ...dates, older: this.#older, history: this.#history, wouldTake: this.#wouldTake };
  }
}
