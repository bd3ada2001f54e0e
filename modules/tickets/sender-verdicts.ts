import { setTimeout as pause } from "node:timers/promises";
import {
  type Authentication,
  mailboxesMeantBy,
  type RawMail,
  type ReadMail,
  readTrustedResults,
  type SenderChecks,
} from "@permanence/mail";
import type { Desk } from "@permanence/people";
import { senderOf } from "./mail-sender.ts";

/** What the DNS has not told in this time, it tells later: a silent one must not take a reader's place. */
const PATIENCE_MS = 250;
/** What is found out waits for its mail to be read again; of too many the oldest are found out anew. */
const MOST_KEPT = 1_000;
/** Mails that are with the checker, with copies of their bytes. More wait in the database. */
const MOST_CHECKED = { mails: 500, bytes: 64 * 1024 * 1024 };

export const LATER = Symbol("the verdict is not known yet");

/** Finds out who sent a mail that was read: null where nobody looks, LATER where the mail should be read again. */
export type SenderVerdicts = (
  desk: Desk,
  inboundMailId: string,
  raw: RawMail,
  mail: ReadMail,
) => Promise<Authentication | null | typeof LATER>;

export function openSenderVerdicts(checks: SenderChecks | null): SenderVerdicts {
  const kept = new Map<string, Promise<Authentication>>();
  const checked = { mails: 0, bytes: 0 };

  function start(inboundMailId: string, raw: RawMail, author: string): Promise<Authentication> | null | typeof LATER {
    if (checks === null) return null;
    const isFull = checked.mails >= MOST_CHECKED.mails || checked.bytes + raw.bytes.length > MOST_CHECKED.bytes;
    if (isFull && checked.mails > 0) return LATER;
    const { receivedAt, remoteIp, helo, envelopeFrom, bytes } = raw;
    const checking = checks.check(bytes, { author, receivedAt, connection: { remoteIp, helo, envelopeFrom } });
    if (checking === null) return null;
    checked.mails++;
    checked.bytes += bytes.length;
    void checking.then(() => {
      checked.mails--;
      checked.bytes -= bytes.length;
    });
    kept.set(inboundMailId, checking);
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break;
      kept.delete(oldest);
    }
    return checking;
  }

  return async (desk, inboundMailId, raw, mail) => {
    const author = senderOf(mail)?.address;
    if (author === undefined) return null;
    const trusted = trustedBy(desk, raw.envelopeTo);
    const claim = { topmost: mail.authenticationResults, trusted, from: mail.from?.address ?? author, author };
    const told = trusted.length === 0 ? null : readTrustedResults(claim);
    if (told !== null) return told;
    const checking = kept.get(inboundMailId) ?? start(inboundMailId, raw, author);
    if (checking === null || checking === LATER) return checking;
    const ended = new AbortController();
    const tooLong = pause(PATIENCE_MS, LATER, { signal: ended.signal }).catch(() => LATER);
    const verdict = await Promise.race([checking, tooLong]);
    ended.abort();
    if (verdict !== LATER) kept.delete(inboundMailId);
    return verdict as Authentication | typeof LATER;
  };
}

/** The servers whose Authentication-Results count at the mailboxes that a mail came to. */
function trustedBy({ settings }: Desk, envelopeTo: string[]): string[] {
  const meant = envelopeTo.flatMap(mailboxesMeantBy);
  return settings.mailboxes.flatMap(({ address, trustedAuthenticators = [] }) =>
    meant.includes(address) ? trustedAuthenticators : [],
  );
}
