import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Dovecot } from "./dovecot.ts";
import { makeFolder, removeFolder } from "./folders.ts";
import type { Installation } from "./installation.ts";

const EXAMPLE = join(import.meta.dirname, "../../examples/whise/desk.yaml");

export type MailboxSource = {
  address: string;
  since?: string;
  takenFolder?: string;
  folder?: string;
  user?: string;
  port?: number;
  oauth?: { issuer: string; clientId: string };
};

/** Has the example desk fetch the mail of its mailbox from a Dovecot. */
export async function connectMailbox(desk: Installation, dovecot: Dovecot, source: MailboxSource): Promise<void> {
  const {
    address,
    since = null,
    takenFolder = null,
    folder = "INBOX",
    user = address,
    port = dovecot.imapPort,
    oauth = null,
  } = source;
  const imap = { host: "127.0.0.1", port, security: "none", user, folder, takenFolder, since, oauth };
  const name = "    name: Whise Helpdesk\n";
  const yaml = readFileSync(EXAMPLE, "utf8").replace(name, `${name}    imap: ${JSON.stringify(imap)}\n`);
  const directory = makeFolder("imap-desk");
  writeFileSync(join(directory, "desk.yaml"), yaml);
  await desk.run("desk", "apply", directory);
  removeFolder(directory);
}
