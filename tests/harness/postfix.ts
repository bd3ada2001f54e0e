import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeFolder, removeFolder } from "./folders.ts";
import { freePort } from "./free-port.ts";
import { canConnect } from "./peers.ts";
import { eventually } from "./patience.ts";

const PROGRAM = "/usr/sbin/postfix";

export type PostfixRoutes = {
  /** Its name, by which it reports. */
  name: string;
  /** The domain whose mailboxes a server behind it keeps, and the port at which that takes LMTP. */
  mailboxes: { domain: string; lmtpPort: number };
  /** Where mail for the desk's domain goes. */
  desk: { domain: string; smtpPort: number };
  /** Whether it takes LMTP for the end of the way, and reports `delivered` instead of `relayed`. */
  assumesFinal: boolean;
};

/** A Postfix of its own, between the desk and its customers. */
export class Postfix {
  readonly folder = makeFolder("postfix");
  port = 0;
  #process: ChildProcess | null = null;

  static get isInstalled(): boolean {
    return existsSync(PROGRAM) && process.getuid?.() === 0; // Its master starts as root.
  }

  static async start(routes: PostfixRoutes): Promise<Postfix> {
    const postfix = new Postfix();
    postfix.port = await freePort();
    postfix.#configure(routes);
    await postfix.#run();
    return postfix;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get log(): string {
    return readFileSync(join(this.folder, "log"), "utf8");
  }

  async remove(): Promise<void> {
    await promisify(execFile)(PROGRAM, ["-c", this.folder, "stop"]).catch(() => {});
    await new Promise((resolve) =>
      this.#process?.exitCode === null ? this.#process.once("close", resolve) : resolve(0),
    );
    removeFolder(this.folder);
  }

  #configure(routes: PostfixRoutes): void {
    for (const name of ["queue", "data"]) mkdirSync(join(this.folder, name));
    execFileSync("chown", ["postfix", join(this.folder, "data")]);
    writeFileSync(join(this.folder, "main.cf"), mainSettings(this.folder, routes));
    writeFileSync(join(this.folder, "master.cf"), services(this.port));
    writeFileSync(join(this.folder, "log"), "");
  }

  async #run(): Promise<void> {
    this.#process = spawn(PROGRAM, ["-c", this.folder, "start-fg"], { stdio: "ignore" });
    await eventually(() => canConnect(this.port), { what: "Postfix" });
  }
}

function mainSettings(folder: string, { name, mailboxes, desk, assumesFinal }: PostfixRoutes): string {
  return `
compatibility_level = 3.6
myhostname = ${name}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = ${mailboxes.domain}
virtual_transport = lmtp:inet:127.0.0.1:${mailboxes.lmtpPort}
transport_maps = inline:{ { ${desk.domain} = smtp:[127.0.0.1]:${desk.smtpPort} } }
relay_domains = ${desk.domain}
lmtp_assume_final = ${assumesFinal ? "yes" : "no"}
disable_dns_lookups = yes
smtp_tls_security_level = none
smtpd_tls_security_level = none
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
minimal_backoff_time = 1s
queue_run_delay = 1s
`;
}

/** Those of Postfix's services that mail passes through. */
function services(port: number): string {
  const lines = [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    ...[
      "pickup n 60 1",
      "cleanup n - 0",
      "qmgr n 300 1",
      "rewrite - - - trivial-rewrite",
      "bounce - - 0",
      "defer - - 0 bounce",
    ],
    ...["trace - - 0 bounce", "verify - - 1", "flush n 1000 0", "proxymap - - -", "smtp - - -", "relay - - - smtp"],
    ...[
      "showq n - -",
      "error - - -",
      "retry - - - error",
      "lmtp - - -",
      "anvil - - 1",
      "scache - - 1",
      "tlsmgr - 1000 1",
    ],
  ];
  const [smtpd, ...unix] = lines;
  const written = unix.map((line) => {
    const [service, isPrivate, wakeUp, most, command = service] = line.split(" ");
    return `${service} unix ${isPrivate} - n ${wakeUp} ${most} ${command}`;
  });
  return `${[smtpd, ...written, "postlog unix-dgram n - n - 1 postlogd"].join("\n")}\n`;
}
