import { setTimeout as sleep } from "node:timers/promises";
import { type Language, plainMail } from "./mails.ts";
import { type Address, SmtpSession } from "./smtp-session.ts";

export type SentMail = { subject: string; from: string; acceptedAt: number; tries: number };

const LANGUAGES: Language[] = ["fr", "nl", "en"];
const RETRY_MS = 100;

/** Customers who send one mail after the other, each from an address of its own, and do what mail servers do: try the
 *  very same mail again until it is answered with 250. */
export class MailLoad {
  readonly #smtp: Address;
  readonly #prefix: string;
  readonly #pauseMs: number;
  #stopping = false;
  #senders: Promise<void>[] = [];
  #begun = 0;
  readonly accepted: SentMail[] = [];
  /** Answers other than 250, by code: all of them must be temporary. */
  readonly refusals = new Map<number, number>();

  /** @param pauseMs between two mails of one sender: bounds the load */
  constructor(smtp: Address, { prefix, senders, pauseMs }: { prefix: string; senders: number; pauseMs: number }) {
    this.#smtp = smtp;
    this.#prefix = prefix;
    this.#pauseMs = pauseMs;
    this.#senders = Array.from({ length: senders }, () => this.#sendUntilStopped());
  }

  /** Lets the mails that were begun be accepted, and sends no more. */
  async stop(): Promise<SentMail[]> {
    this.#stopping = true;
    await Promise.all(this.#senders);
    return this.accepted;
  }

  async #sendUntilStopped(): Promise<void> {
    let session: SmtpSession | null = null;
    while (!this.#stopping) {
      const number = ++this.#begun;
      const mail = { subject: `${this.#prefix} ${number}`, from: `${this.#prefix}-${number}@agence.example` };
      const raw = plainMail({ ...mail, language: LANGUAGES[number % LANGUAGES.length]! });
      for (let tries = 1; ; tries++) {
        session ??= await SmtpSession.open(this.#smtp).catch(() => null);
        const reply = await session?.send({ from: mail.from, to: ["helpdesk@whise.eu"], raw }).catch(() => null);
        if (reply?.code === 250) {
          this.accepted.push({ ...mail, acceptedAt: Date.now(), tries });
          break;
        }
        if (reply) this.refusals.set(reply.code, (this.refusals.get(reply.code) ?? 0) + 1);
        session?.close();
        session = null;
        await sleep(RETRY_MS);
      }
      await sleep(this.#pauseMs);
    }
    await session?.quit();
  }
}
