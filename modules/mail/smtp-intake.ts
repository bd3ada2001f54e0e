import type { AddressInfo } from "node:net";
import { finished } from "node:stream/promises";
import type { Db, Log } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { SMTPServerDataStream, SMTPServerSession } from "smtp-server";
import { ANSWERS, answerTrouble, type SmtpAnswer, TroubleLog } from "./smtp-answer.ts";
import { ByteGatherer } from "./smtp-bytes.ts";
import type { FreshMails } from "./fresh-mails.ts";
import { type KeepMail, openMailKeeping } from "./smtp-commit.ts";
import { SmtpListener } from "./smtp-listener.ts";
import { MailMemory, type MemoryShare } from "./smtp-memory.ts";
import { type IntakeMailbox, openRecipients } from "./smtp-recipients.ts";

export type SmtpIntakeOptions = {
  db: Db;
  world: World;
  /** Every address of the machine where it is missing. */
  host?: string | undefined;
  /** 0: any free port. */
  port: number;
  /** PEM texts. Without them STARTTLS is not offered. */
  tls?: { cert: string | Buffer; key: string | Buffer } | null;
  /** How the server names itself; the machine's name where it is missing. */
  name?: string | undefined;
  maxSizeBytes?: number;
  log: Log;
  /** Where the program that reads mail is this one. */
  fresh?: FreshMails | null;
  limits?: Partial<IntakeLimits>;
};

export type SmtpIntake = { port: number; close(): Promise<void> };

export type IntakeLimits = typeof LIMITS;

const SECOND_MS = 1_000;
const MEGABYTE = 1024 * 1024;

const LIMITS = {
  connections: 512,
  connectionsPerAddress: 128, // Many senders stand behind one address, a company's own relay above all.
  recipients: 100, // RFC 5321, section 4.5.3.1.8: at least so many.
  unknownRecipients: 20,
  idleMs: 300 * SECOND_MS, // RFC 5321, section 4.5.3.2.7.
  idleWhenCrowdedMs: 10 * SECOND_MS,
  mailMs: 900 * SECOND_MS,
  storingMs: 30 * SECOND_MS,
  closingMs: 10 * SECOND_MS,
  memoryBytes: 64 * MEGABYTE,
};

const USUAL_SIZE_BYTES = 35 * MEGABYTE; // What Gmail and Microsoft 365 send at most, encoded.

/** What the server remembers of one conversation. */
type Conversation = { unknownRecipients: number; mailboxes: Map<string, IntakeMailbox> };

/**
 * Takes mail for the installation's mailboxes, and for nobody else's. A mail is answered with 250 once it is on disk
 * together with the job that reads it; whatever keeps it from there is answered so that the sender tries again.
 */
export async function startSmtpIntake(options: SmtpIntakeOptions): Promise<SmtpIntake> {
  const limits = { ...LIMITS, ...options.limits };
  const intake = new Intake(options, limits);
  const listener = intake.listener;
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options.port, options.host, () => resolve());
  });
  listener.on("error", () => {}); // A connection that broke: its mail was not answered, so its sender keeps it.
  return { port: (listener.server.address() as AddressInfo).port, close: () => listener.shutDown() };
}

class Intake {
  readonly listener: SmtpListener;
  readonly #limits: IntakeLimits;
  readonly #world: World;
  readonly #maxSizeBytes: number;
  readonly #memory: MailMemory;
  readonly #keepMail: KeepMail;
  readonly #findMailbox: (address: string) => Promise<IntakeMailbox | null>;
  readonly #trouble: TroubleLog;
  readonly #conversations = new WeakMap<SMTPServerSession, Conversation>();

  constructor(
    { db, world, tls = null, name, maxSizeBytes = USUAL_SIZE_BYTES, log, fresh = null }: SmtpIntakeOptions,
    limits: IntakeLimits,
  ) {
    this.#limits = limits;
    this.#world = world;
    this.#maxSizeBytes = maxSizeBytes;
    const sharedBytes = Math.max(limits.memoryBytes - maxSizeBytes, limits.memoryBytes / 4);
    this.#memory = new MailMemory({ sharedBytes, patienceMs: 5 * SECOND_MS, slowAfterMs: 10 * SECOND_MS }, world.clock);
    this.#keepMail = openMailKeeping(db, world, fresh);
    this.#findMailbox = openRecipients(db, world.clock);
    this.#trouble = new TroubleLog(log);
    let listener: SmtpListener | null = null;
    const isCrowded = () => listener !== null && listener.connections.size > limits.connections / 2;
    listener = new SmtpListener({
      ...tls,
      ...(name === undefined ? {} : { name }),
      banner: "Permanence",
      size: maxSizeBytes,
      disabledCommands: ["AUTH", "WIZ", "SHELL", "KILL", "XCLIENT", "XFORWARD", ...(tls ? [] : ["STARTTLS"])],
      disableReverseLookup: true,
      logger: false,
      lenientAddressParsing: true, // Some carriers gave out addresses that the RFC forbids ("name.@"): customers, too.
      maxClients: limits.connections,
      maxRecipients: limits.recipients,
      maxCommandLength: 4_096,
      closeTimeout: limits.closingMs,
      get socketTimeout() {
        return isCrowded() ? limits.idleWhenCrowdedMs : limits.idleMs;
      },
      noDelay: true,
      onConnect: (session, proceed) => proceed(this.#greet(session)),
      onMailFrom: (_address, _session, proceed) => proceed(this.#memory.isScarce ? ANSWERS.busy() : null),
      onRcptTo: ({ address }, session, proceed) => void this.#address(session, address).then(() => proceed(), proceed),
      onData: (stream, session, proceed) =>
        void this.#receive(stream, session).then((text) => proceed(null, text), proceed),
    });
    this.listener = listener;
  }

  #greet({ remoteAddress }: SMTPServerSession): SmtpAnswer | null {
    const others = [...this.listener.connections].filter((each) => each.remoteAddress === remoteAddress);
    return others.length > this.#limits.connectionsPerAddress ? ANSWERS.tooManyConnections() : null;
  }

  #conversation(session: SMTPServerSession): Conversation {
    const known = this.#conversations.get(session) ?? { unknownRecipients: 0, mailboxes: new Map() };
    this.#conversations.set(session, known);
    return known;
  }

  async #address(session: SMTPServerSession, address: string): Promise<void> {
    const conversation = this.#conversation(session);
    const mailbox = await this.#findMailbox(address).catch((error: unknown) => {
      this.#trouble.failed(error);
      throw answerTrouble(error);
    });
    if (mailbox) conversation.mailboxes.set(address, mailbox);
    else if (++conversation.unknownRecipients > this.#limits.unknownRecipients) throw ANSWERS.tooManyUnknown();
    else throw ANSWERS.noMailbox();
  }

  /** @returns what is said with the 250 */
  #receive(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
    return this.listener.whileBusy(session, async () => {
      const share = this.#memory.open(() => this.listener.endSession(session, ANSWERS.tooSlow()));
      const deadline = setTimeout(() => this.listener.endSession(session, ANSWERS.tooSlow()), this.#limits.mailMs);
      try {
        const bytes = await this.#gather(stream, session, share);
        clearTimeout(deadline);
        return await this.#keep(bytes, session, share);
      } catch (error) {
        clearTimeout(deadline);
        share.release();
        throw answerTrouble(error);
      }
    });
  }

  async #gather(stream: SMTPServerDataStream, session: SMTPServerSession, share: MemoryShare): Promise<Buffer> {
    const gatherer = new ByteGatherer();
    const broken = finished(stream, { writable: false });
    broken.catch(() => {}); // Awaited below; a mail that breaks off while it waits for memory is noticed there.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (stream.sizeExceeded) {
        gatherer.take();
        share.release();
        if (stream.byteLength > 2 * this.#maxSizeBytes)
          this.listener.endSession(session, ANSWERS.tooLarge(this.#maxSizeBytes));
        continue; // To the end: a sender that is cut off in the middle would come again.
      }
      await Promise.race([share.hold(chunk.length), broken]);
      gatherer.add(chunk);
    }
    if (stream.sizeExceeded) throw ANSWERS.tooLarge(this.#maxSizeBytes);
    share.complete();
    return gatherer.take();
  }

  async #keep(bytes: Buffer, session: SMTPServerSession, share: MemoryShare): Promise<string> {
    const { envelope, remoteAddress, hostNameAppearsAs } = session;
    const { mailboxes } = this.#conversation(session);
    const keeping = this.#keepMail({
      receivedAt: this.#world.clock.now(),
      envelopeFrom: envelope.mailFrom ? envelope.mailFrom.address : "",
      recipients: envelope.rcptTo.map(({ address }) => ({
        address: address.toLowerCase(),
        mailbox: mailboxes.get(address)!,
      })),
      remoteIp: remoteAddress,
      helo: heloOf(hostNameAppearsAs),
      bytes,
    });
    keeping.then(
      () => this.#trouble.worked(),
      (error: unknown) => this.#trouble.failed(error),
    );
    // Its bytes stay in memory for as long as the database may still want them, whatever was answered.
    void keeping.catch(() => {}).finally(() => share.release());
    const ids = await inTime(keeping, this.#limits.storingMs);
    return `2.0.0 Kept as ${ids.slice(0, 5).join(" ")}`;
  }
}

/** RFC 5321, section 4.5.3.1.2: a name has 255 octets at most. What is longer, or holds no name, is as good as none. */
function heloOf(name: unknown): string {
  return typeof name === "string" && /^[\x21-\x7e]{1,255}$/.test(name) ? name : "";
}

/** What is stored after all, although the sender was told otherwise, comes twice and is recognised by its bytes. */
async function inTime<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(ANSWERS.notStored()), limitMs);
  });
  return Promise.race([work, tooLate]).finally(() => clearTimeout(timer));
}
