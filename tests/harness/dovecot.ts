import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "./folders.ts";
import { freePort } from "./free-port.ts";
import { canConnect } from "./peers.ts";
import { eventually } from "./patience.ts";

const PROGRAM = "/usr/sbin/dovecot";
const OWNER = 8; // The system's account "mail", user and group.

export type DovecotUser = { address: string; password?: string; /** No room for any mail. */ isFull?: boolean };

/** A Dovecot of its own: mailboxes that take mail by LMTP. */
export class Dovecot {
  readonly folder = makeFolder("dovecot");
  lmtpPort = 0;
  #process: ChildProcess | null = null;

  static get isInstalled(): boolean {
    return existsSync(PROGRAM) && existsSync("/usr/lib/dovecot/lmtp") && process.getuid?.() === 0;
  }

  static async start(users: DovecotUser[]): Promise<Dovecot> {
    const dovecot = new Dovecot();
    dovecot.lmtpPort = await freePort();
    dovecot.#configure(users);
    await dovecot.#run();
    return dovecot;
  }

  /** What lies in a mailbox, as it came. */
  mailsOf(address: string): Buffer[] {
    const inbox = join(this.folder, "mail", address, "new");
    if (!existsSync(inbox)) return [];
    return readdirSync(inbox).map((file) => readFileSync(join(inbox, file)));
  }

  get log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async remove(): Promise<void> {
    const child = this.#process;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGTERM");
      await ended;
    }
    removeFolder(this.folder);
  }

  #configure(users: DovecotUser[]): void {
    const { folder } = this;
    mkdirSync(join(folder, "mail"));
    chownSync(join(folder, "mail"), OWNER, OWNER);
    const lines = users.map(({ address, password = "secret", isFull = false }) => {
      const home = join(folder, "mail", address);
      return `${address}:{PLAIN}${password}:${OWNER}:${OWNER}::${home}::${isFull ? "userdb_quota_rule=*:bytes=1" : ""}`;
    });
    writeFileSync(join(folder, "users"), `${lines.join("\n")}\n`);
    writeFileSync(join(folder, "dovecot.conf"), configuration(folder, this.lmtpPort));
    writeFileSync(join(folder, "log"), "");
  }

  async #run(): Promise<void> {
    this.#process = spawn(PROGRAM, ["-F", "-c", join(this.folder, "dovecot.conf")], { stdio: "ignore" });
    await eventually(() => canConnect(this.lmtpPort), { what: "Dovecot" });
  }
}

function configuration(folder: string, lmtpPort: number): string {
  return `
protocols = lmtp
base_dir = ${folder}/run
instance_name = ${folder.split("/").at(-1)}
log_path = ${folder}/log
ssl = no
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
`;
}
