import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "./folders.ts";
import { freePort } from "./free-port.ts";
import { canConnect } from "./peers.ts";
import { eventually } from "./patience.ts";

const PROGRAM = "/usr/sbin/dovecot";
const OWNER = 8; // The system's account "mail", user and group.

export type DovecotUser = { address: string; password?: string; /** No room for any mail. */ isFull?: boolean };

/** A Dovecot of its own: mailboxes that take mail by LMTP and give it by IMAP, unencrypted. */
export class Dovecot {
  readonly folder = makeFolder("dovecot");
  lmtpPort = 0;
  imapPort = 0;
  #process: ChildProcess | null = null;

  static get isInstalled(): boolean {
    const parts = [PROGRAM, "/usr/lib/dovecot/lmtp", "/usr/lib/dovecot/imap"];
    return parts.every((part) => existsSync(part)) && process.getuid?.() === 0;
  }

  /** @param introspectionUrl asks whether a token is good (RFC 7662); without it there are passwords only */
  static async start(users: DovecotUser[], introspectionUrl: string | null = null): Promise<Dovecot> {
    const dovecot = new Dovecot();
    dovecot.lmtpPort = await freePort();
    dovecot.imapPort = await freePort();
    dovecot.#configure(users, introspectionUrl);
    await dovecot.run();
    return dovecot;
  }

  /** What lies in a mailbox, as it came. */
  mailsOf(address: string): Buffer[] {
    const inbox = join(this.folder, "mail", address, "new");
    if (!existsSync(inbox)) return [];
    return readdirSync(inbox).map((file) => readFileSync(join(inbox, file)));
  }

  /** Lays a mail into a mailbox, as if it had been received at that instant. */
  put(address: string, raw: Buffer, receivedAt = Date.now()): void {
    const inbox = this.#inbox(address);
    const name = `${Math.floor(receivedAt / 1_000)}.${process.pid}_${++laid}.test`;
    writeFileSync(join(inbox, "tmp", name), raw);
    chownSync(join(inbox, "tmp", name), OWNER, OWNER);
    utimesSync(join(inbox, "tmp", name), receivedAt / 1_000, receivedAt / 1_000); // What Dovecot answers as INTERNALDATE.
    renameSync(join(inbox, "tmp", name), join(inbox, "new", name));
  }

  /** The names of what lies in a folder of a mailbox (Maildir++: "" or ".Permanence.Taken"), read or not. */
  filesIn(address: string, folder = ""): string[] {
    return ["new", "cur"].flatMap((part) => {
      const path = join(this.folder, "mail", address, folder, part);
      return existsSync(path) ? readdirSync(path) : [];
    });
  }

  /** Forgets all numbers: the mailbox gets another UIDVALIDITY, and its mails other UIDs. Not while it runs. */
  renumber(address: string): void {
    const home = join(this.folder, "mail", address);
    for (const file of readdirSync(home)) if (file.startsWith("dovecot")) rmSync(join(home, file), { recursive: true });
  }

  #inbox(address: string): string {
    const inbox = join(this.folder, "mail", address);
    for (const path of [inbox, ...["tmp", "new", "cur"].map((part) => join(inbox, part))]) {
      if (existsSync(path)) continue;
      mkdirSync(path);
      chownSync(path, OWNER, OWNER);
    }
    return inbox;
  }

  get log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async remove(): Promise<void> {
    await this.#end("SIGTERM");
    removeFolder(this.folder);
  }

  /** Kills it with all that it serves. `run` starts it again. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    process.kill(-child.pid!, signal); // Its children serve on where only their master is killed.
    await ended;
  }

  #configure(users: DovecotUser[], introspectionUrl: string | null): void {
    const { folder } = this;
    mkdirSync(join(folder, "mail"));
    chownSync(join(folder, "mail"), OWNER, OWNER);
    const lines = users.map(({ address, password = "secret", isFull = false }) => {
      const home = join(folder, "mail", address);
      return `${address}:{PLAIN}${password}:${OWNER}:${OWNER}::${home}::${isFull ? "userdb_quota_rule=*:bytes=1" : ""}`;
    });
    writeFileSync(join(folder, "users"), `${lines.join("\n")}\n`);
    writeFileSync(join(folder, "dovecot.conf"), configuration(this) + tokens(folder, introspectionUrl));
    writeFileSync(join(folder, "tokens.conf"), introspection(introspectionUrl));
    writeFileSync(join(folder, "log"), "");
  }

  /** Also again, on the ports that it had. */
  async run(): Promise<void> {
    rmSync(join(this.folder, "run"), { recursive: true, force: true }); // A killed one leaves its sockets and its pid.
    const args = ["-F", "-c", join(this.folder, "dovecot.conf")];
    this.#process = spawn(PROGRAM, args, { stdio: "ignore", detached: true }); // A group of its own, to be killed whole.
    ours.add(this.#process);
    this.#process.once("exit", () => ours.delete(this.#process!));
    await eventually(() => canConnect(this.lmtpPort), { what: "Dovecot" });
    await eventually(() => canConnect(this.imapPort), { what: "Dovecot" });
  }
}

let laid = 0;

/** What this test process started and has not seen end. */
const ours = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of ours) process.kill(-child.pid!, "SIGKILL");
});

function configuration({ folder, lmtpPort, imapPort }: Dovecot): string {
  return `
protocols = lmtp imap
base_dir = ${folder}/run
instance_name = ${folder.split("/").at(-1)}
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:~
mail_plugins = quota
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = passwd-file
  args = ${folder}/users
}
plugin {
  quota = maildir:User quota
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
`;
}

function tokens(folder: string, introspectionUrl: string | null): string {
  if (introspectionUrl === null) return "";
  return `
auth_mechanisms = plain xoauth2 oauthbearer
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/tokens.conf
}
`;
}

function introspection(introspectionUrl: string | null): string {
  return `
introspection_mode = post
introspection_url = ${introspectionUrl}
username_attribute = username
active_attribute = active
active_value = true
`;
}
