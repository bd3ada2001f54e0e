import { isTemporaryFailure, type Log } from "@permanence/database";

/** What a sender is told instead of 250. The enhanced status code (RFC 3463) stands in the text. */
export class SmtpAnswer extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, text: string) {
    super(text);
    this.name = "SmtpAnswer";
    this.responseCode = responseCode;
  }
}

export const ANSWERS = {
  noMailbox: () => new SmtpAnswer(550, "5.1.1 There is no mailbox of that name here: please check the address."),
  tooManyUnknown: () =>
    new SmtpAnswer(421, "4.7.0 Too many addresses that do not exist: come back with a shorter list."),
  tooManyConnections: () =>
    new SmtpAnswer(421, "4.7.0 Too many connections from your address: please try again later."),
  busy: () => new SmtpAnswer(452, "4.3.1 Too much mail at once: please try again in a minute."),
  tooLarge: (bytes: number) =>
    new SmtpAnswer(552, `5.3.4 The mail is larger than ${bytes} bytes, the most that is taken here.`),
  tooSlow: () => new SmtpAnswer(421, "4.4.2 The mail took too long to arrive: please try again."),
  bareLineEnd: () =>
    new SmtpAnswer(554, "5.5.2 Lines end in CR LF, and nothing else (RFC 5321, section 2.3.8). Nothing was taken."),
  closing: () => new SmtpAnswer(421, "4.3.2 The server is closing: please try again in a minute."),
  notStored: () =>
    new SmtpAnswer(451, "4.3.0 The mail could not be stored just now, by no fault of yours: please try again."),
  diskFull: () => new SmtpAnswer(452, "4.3.1 There is no room to store the mail just now: please try again later."),
};

const DISK_FULL = "53100"; // https://www.postgresql.org/docs/current/errcodes-appendix.html

/** Our own trouble, as the sender should see it: never a reason to give the mail up. */
export function answerTrouble(error: unknown): SmtpAnswer {
  if (error instanceof SmtpAnswer) return error;
  return (error as { code?: unknown } | null)?.code === DISK_FULL ? ANSWERS.diskFull() : ANSWERS.notStored();
}

/** Says once that mail cannot be taken, and once that it can again: senders come back by the thousand meanwhile. */
export class TroubleLog {
  readonly #log: Log;
  #isInTrouble = false;

  constructor(log: Log) {
    this.#log = log;
  }

  failed(error: unknown): void {
    const isExpected = isTemporaryFailure(error);
    if (this.#isInTrouble && isExpected) return;
    this.#isInTrouble = true;
    const what = error instanceof Error ? (isExpected ? error.message : error.stack) : String(error);
    this.#log(`Mail cannot be taken, and its senders are asked to try again: ${what}`);
  }

  worked(): void {
    if (this.#isInTrouble) this.#log("Mail is taken again.");
    this.#isInTrouble = false;
  }
}
