import type { Socket } from "node:net";
import { Readable } from "node:stream";
import SMTPConnection, { type SMTPConnectionOptions } from "nodemailer/lib/smtp-connection";
import type { TokenSource } from "./relay-token.ts";
import { isConnectionSound, type RelayAnswer, readFailure, taken } from "./relay-answer.ts";

/** The mail server that takes what the desk sends. */
export type RelayAddress = {
  host: string;
  port: number;
  /** TLS from the first byte; otherwise STARTTLS where the relay offers it. */
  secure: boolean;
  login: RelayLogin | null;
};

/** By a password, or by a token that lives for an hour (XOAUTH2). */
export type RelayLogin = { user: string } & ({ password: string } | { token: TokenSource });

/** How long the relay may take, in ms: to accept the connection and greet, for any one reply, for a whole mail, and for
 *  its answer once it has the mail. Whoever gives up there sends what was taken again (RFC 5321, section 4.5.3.2.6: ten
 *  minutes). */
export type RelayLimits = { connectMs: number; silenceMs: number; mailMs: number; answerMs: number; idleMs: number };

export const RELAY_LIMITS: RelayLimits = {
  connectMs: 10_000,
  silenceMs: 60_000,
  mailMs: 5 * 60_000,
  answerMs: 10 * 60_000,
  idleMs: 30_000,
};

export type MailForRelay = {
  from: string;
  to: string;
  bytes: Buffer;
  /** RFC 3461: asks for reports on this mail, which will name it by this id. Null: asks for none. */
  envelopeId: string | null;
};

/** A relay is asked to take so many mails over one connection; then it may want to look at us anew. */
const MOST_MAILS = 500;

/** One SMTP session with the relay, greeted and signed in. */
export class RelayConnection {
  readonly #smtp: SMTPConnection;
  readonly #limits: RelayLimits;
  #idleTimer: NodeJS.Timeout | undefined;
  #mails = 0;
  #isOpen = true;

  private constructor(smtp: SMTPConnection, limits: RelayLimits) {
    this.#smtp = smtp;
    this.#limits = limits;
    smtp.on("error", () => {}); // The send under way learns of it by its callback; an idle session has nobody to tell.
    smtp.once("end", () => this.close());
  }

  /** Throws what kept the relay from greeting us. */
  static async open(address: RelayAddress, limits = RELAY_LIMITS): Promise<RelayConnection> {
    const smtp = new SMTPConnection(connectionOptions(address, limits));
    await new Promise<void>((resolve, reject) => {
      smtp.once("error", reject);
      smtp.once("end", () => reject(new Error("the relay closed the connection before it was ready")));
      smtp.connect((error) => (error ? reject(error) : signIn(smtp, address, resolve, reject)));
    }).catch((error) => {
      smtp.on("error", () => {});
      smtp.close();
      throw error;
    });
    return new RelayConnection(smtp, limits);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** "not-begun": the session turned out to be over before any of the mail was sent; another one may try at once. */
  send(mail: MailForRelay): Promise<RelayAnswer | "not-begun"> {
    clearTimeout(this.#idleTimer);
    const isFirst = this.#mails++ === 0;
    const bytes = Readable.from(mail.bytes, { objectMode: false });
    return new Promise((resolve) => {
      // A relay that dribbles its replies never falls silent; this bounds the whole.
      let deadline: NodeJS.Timeout | undefined;
      const within = (limitMs: number, what: string) => {
        clearTimeout(deadline);
        deadline = setTimeout(() => {
          this.close();
          resolve({ outcome: "deferred", answer: `the relay did not ${what} within ${limitMs / 1000} s` });
        }, limitMs);
      };
      within(this.#limits.mailMs, "take the mail");
      bytes.once("end", () => {
        this.#allowSilence(0); // The deadline watches.
        within(this.#limits.answerMs, "say that it has the mail");
      });
      this.#smtp.send(envelopeOf(mail), bytes, (error, info) => {
        clearTimeout(deadline);
        this.#allowSilence(this.#limits.silenceMs);
        if (!error) return resolve(taken(info.response));
        if (!isConnectionSound(error)) this.close();
        const notBegun = !isFirst && !this.#isOpen && !bytes.readableDidRead && error.responseCode === undefined;
        resolve(notBegun ? "not-begun" : readFailure(error));
      });
    });
  }

  /** Keeps the session for the next mail, for a while. False where it is to be forgotten. */
  async rest(afterFailure: boolean): Promise<boolean> {
    if (this.#isOpen && this.#mails >= MOST_MAILS) this.quit();
    if (this.#isOpen && afterFailure) await this.#reset();
    if (!this.#isOpen) return false;
    this.#idleTimer = setTimeout(() => this.quit(), this.#limits.idleMs).unref();
    return true;
  }

  quit(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearTimeout(this.#idleTimer);
    this.#smtp.quit();
    setTimeout(() => this.#smtp.close(), 1_000).unref();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#idleTimer);
    this.#smtp.close();
  }

  /** 0: for as long as it likes. nodemailer sets one limit for all replies, and offers no way to change it on the way. */
  #allowSilence(limitMs: number): void {
    const { _socket: socket } = this.#smtp as unknown as { _socket?: Socket | false };
    if (socket) socket.setTimeout(limitMs);
  }

  #reset(): Promise<void> {
    return new Promise((resolve) => {
      this.#smtp.once("end", resolve);
      this.#smtp.reset((error) => {
        this.#smtp.off("end", resolve);
        if (error) this.close();
        resolve();
      });
    });
  }
}

function connectionOptions({ host, port, secure, login }: RelayAddress, limits: RelayLimits): SMTPConnectionOptions {
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  return {
    host,
    port,
    secure,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    socketTimeout: limits.silenceMs,
    socketCloseTimeout: 1_000,
    maxResponseSize: 64 * 1024,
    // A password goes only to a relay that proves its name. Mail without one is as well protected as between
    // any two mail servers: by TLS with whoever answers (RFC 7435), and on this machine it needs none.
    ignoreTLS: isLocal && !secure,
    requireTLS: login !== null && !isLocal && !secure,
    opportunisticTLS: login === null,
    ...(login === null && !secure ? { tls: { rejectUnauthorized: false } } : {}),
  };
}

function signIn(smtp: SMTPConnection, { login }: RelayAddress, done: () => void, fail: (error: Error) => void): void {
  if (login === null) return done();
  smtp.login(credentialsOf(login), (error) => (error ? fail(error) : done()));
}

/** What nodemailer signs in with. A token that the relay does not take is asked for anew, once. */
export function credentialsOf(login: RelayLogin) {
  const { user } = login;
  if ("password" in login) return { user, pass: login.password };
  const oauth2 = {
    getToken(renew: boolean, tell: (error: Error | null, token?: string) => void) {
      login.token(renew).then(
        (token) => tell(null, token),
        (error: Error) => tell(error),
      );
    },
    buildXOAuth2Token: (token: string) =>
      Buffer.from(`user=${user}\u0001auth=Bearer ${token}\u0001\u0001`).toString("base64"),
  };
  // Its type is nodemailer's own class, of which the connection uses these two.
  return { type: "OAUTH2" as const, user, method: "XOAUTH2", oauth2: oauth2 as never };
}

function envelopeOf({ from, to, bytes, envelopeId }: MailForRelay) {
  const dsn =
    envelopeId === null ? {} : { dsn: { ret: "HDRS", envid: envelopeId, notify: ["SUCCESS", "FAILURE", "DELAY"] } };
  return { from, to, size: bytes.length, ...dsn };
}
