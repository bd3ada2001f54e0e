import type { Db } from "@permanence/database";
import { describeImapFailure, probeMailbox } from "@permanence/mail";
import { type FetchedMailbox, findFetchedMailboxes } from "@permanence/people";
import { chooseDesk } from "../chosen-desk.ts";
import { type ImapPasswords, imapPasswordOf, imapPasswordVariable } from "../imap-passwords.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const NEARLY_FULL = 0.9;

/** Signs in to every mailbox whose mail is fetched, and says in words where that fails. Nothing there is changed.
 *  @param slug of the only desk that is meant; null for all */
export async function checkImap(db: Db, passwords: ImapPasswords, slug: string | null): Promise<Finding[]> {
  const only = slug === null ? null : await chooseDesk(db, slug);
  const mailboxes = await findFetchedMailboxes(db);
  const asked = mailboxes.filter(({ deskId }) => only === null || deskId === only);
  return Promise.all(asked.map((mailbox) => checkMailbox(db, mailbox, passwords)));
}

async function checkMailbox(db: Db, mailbox: FetchedMailbox, passwords: ImapPasswords): Promise<Finding> {
  const { address, imap } = mailbox;
  const passwordOf = (name: string) => imapPasswordOf(passwords, name);
  if (imap.oauth === null && passwordOf(address) === null) {
    const advice = `Set ${imapPasswordVariable(address)}, or imapPasswords in permanence.yaml.`;
    return fail("imap", `Mail of ${address} cannot be fetched: no password is set for it.`, advice);
  }
  try {
    const { messages, quotaUsed } = await probeMailbox(db, mailbox, passwordOf);
    return judge(mailbox, messages, quotaUsed);
  } catch (error) {
    const { sentence, advice } = describeImapFailure(error, imap);
    return fail("imap", `Mail of ${address} cannot be fetched. ${sentence}`, advice);
  }
}

function judge({ address, imap }: FetchedMailbox, messages: number, quotaUsed: number | null): Finding {
  const sentence = `Mail of ${address} is fetched from ${imap.host}, ${imap.folder}: ${messages} messages lie there.`;
  if (quotaUsed !== null && quotaUsed >= NEARLY_FULL) {
    const full = `${sentence} The mailbox is ${Math.round(quotaUsed * 100)} % full.`;
    return warn("imap", full, "Make room: when it is full, its server refuses new mail.");
  }
  if (imap.since !== null) return ok("imap", `${sentence} What came before ${imap.since} is left.`);
  return ok("imap", `${sentence} No date (since) is set, so only what came after it was first connected is taken.`);
}
