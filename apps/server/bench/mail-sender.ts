import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import type { LoadMail } from "./mail-corpus.ts";

/** One mail of a load: when it may start, by performance.now(). */
export type DueMail = { number: number; mail: LoadMail; dueMs: number };

export type SenderEvents = {
  /** The first byte of a mail leaves. */
  started(number: number): void;
  /** The mail got its 250, `waitedMs` after its last byte had been handed to the socket. */
  accepted(number: number, waitedMs: number): void;
  /** It did not. */
  refused(number: number, reply: string): void;
};

export type Load = { port: number; mailbox: string; connections: number; next(): DueMail | null; events: SenderEvents };

const MOST_TRIES = 10;
const AFTER_DEFERRAL_MS = 500;

/** Sends mails over so many connections at once, as mail servers do: one after the other on each, a command at a time. */
export async function sendLoad(load: Load): Promise<void> {
  await Promise.all(Array.from({ length: load.connections }, () => sendOnOneConnection(load)));
}

async function sendOnOneConnection({ port, mailbox, next, events }: Load): Promise<void> {
  const session = await Session.open(port);
  for (let due = next(); due !== null; due = next()) {
    const waitMs = due.dueMs - performance.now();
    if (waitMs > 1) await pause(waitMs);
    await sendWithTries(session, mailbox, due, events);
  }
  await session.say("QUIT");
  session.end();
}

/** As a mail server would: what is deferred is tried again. */
async function sendWithTries(session: Session, mailbox: string, due: DueMail, events: SenderEvents): Promise<void> {
  for (let tries = 1; ; tries++) {
    const reply = await sendMail(session, mailbox, due, events);
    if (reply.startsWith("250")) return;
    if (!reply.startsWith("4") || tries === MOST_TRIES) return events.refused(due.number, reply);
    await session.say("RSET");
    await pause(AFTER_DEFERRAL_MS);
  }
}

async function sendMail(
  session: Session,
  mailbox: string,
  { number, mail }: DueMail,
  events: SenderEvents,
): Promise<string> {
  for (const command of [`MAIL FROM:<${mail.sender}> SIZE=${mail.bytes.length}`, `RCPT TO:<${mailbox}>`]) {
    const reply = await session.say(command);
    if (!reply.startsWith("250")) return reply;
  }
  events.started(number);
  const invitation = await session.say("DATA");
  if (!invitation.startsWith("354")) return invitation;
  session.write(mail.bytes);
  const answer = session.say(".");
  const handedMs = performance.now();
  const reply = await answer;
  if (reply.startsWith("250")) events.accepted(number, performance.now() - handedMs);
  return reply;
}

/** The least that speaks SMTP: the load's own cost is part of what the machine must carry. */
class Session {
  readonly #socket: Socket;
  #text = "";
  #resolve: ((reply: string) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#hear(chunk.toString("latin1")));
    socket.on("error", (error) => this.#answer(`421 ${error.message}`));
    socket.on("close", () => this.#answer("421 the server closed the connection"));
  }

  static async open(port: number): Promise<Session> {
    const socket = createConnection(port, "127.0.0.1");
    await once(socket, "connect");
    const session = new Session(socket);
    await session.#reply();
    await session.say("EHLO bench.example");
    return session;
  }

  say(command: string): Promise<string> {
    if (this.#socket.destroyed) return Promise.resolve("421 the server closed the connection");
    this.#socket.write(`${command}\r\n`);
    return this.#reply();
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  end(): void {
    this.#socket.end();
  }

  #reply(): Promise<string> {
    return new Promise((resolve) => (this.#resolve = resolve));
  }

  #hear(text: string): void {
    this.#text += text;
    const lastLine = /(?:^|\n)\d{3} [^\n]*\n$/.exec(this.#text);
    if (!lastLine) return;
    const reply = lastLine[0].trim();
    this.#text = "";
    this.#answer(reply);
  }

  #answer(reply: string): void {
    this.#resolve?.(reply);
    this.#resolve = null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
