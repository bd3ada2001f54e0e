import type { ImapFlow } from "imapflow";
import type { OpenedFolder } from "./imap-position.ts";
import { describeSource, type ImapSource, pathOf, whileOpen } from "./imap-source.ts";

/** Opens the folder that mail is taken from. */
export async function openFolder(
  client: ImapFlow,
  source: ImapSource,
  options: { readOnly?: boolean } = {},
): Promise<OpenedFolder & { messages: number }> {
  const opened = await whileOpen(client, client.mailboxOpen(pathOf(source.folder), options));
  const uidNext = opened.uidNext || (await newestUid(client)) + 1; // Some old servers do not say it.
  return {
    source: describeSource(source),
    uidValidity: Number(opened.uidValidity),
    uidNext,
    messages: opened.exists,
  };
}

async function newestUid(client: ImapFlow): Promise<number> {
  const newest = await whileOpen(client, client.fetchOne("*", { uid: true }));
  return newest ? newest.uid : 0;
}
