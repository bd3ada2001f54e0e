import { createConnection, type Socket } from "node:net";

export type Reply = { code: number; text: string };
export type Address = { host: string; port: number };

/** One SMTP session spoken by hand, so that tests can also say what no client library would. */
export class SmtpSession {
  readonly #socket: Socket;
  #received = "";
  #waiting: { resolve(reply: Reply): void; reject(error: Error): void } | null = null;
  #ended: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8").setNoDelay(true);
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("the server closed the connection")));
  }

  /** Connects, awaits the greeting and says EHLO. */
  static async open({ host, port }: Address): Promise<SmtpSession> {
    const session = new SmtpSession(createConnection({ host, port }));
    const greeting = await session.reply();
    if (greeting.code !== 220) throw new Error(`greeted with ${greeting.text}`);
    await session.say("EHLO tester.example");
    return session;
  }

  /** Sends a line and awaits the reply to it. */
  say(line: string): Promise<Reply> {
    this.write(`${line}\r\n`);
    return this.reply();
  }

  /** Sends bytes as they are. */
  write(bytes: string | Uint8Array): boolean {
    return this.#socket.write(bytes);
  }

  /** The next reply, whole, however many lines it has. Rejects when the connection ends without one. */
  reply(): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#deliver();
    });
  }

  /** Sends one mail and returns the reply that decided its fate: that to the last byte, or an earlier refusal. */
  async send({ from, to, raw }: { from: string; to: string[]; raw: Uint8Array | string }): Promise<Reply> {
    for (const line of [`MAIL FROM:<${from}>`, ...to.map((address) => `RCPT TO:<${address}>`)]) {
      const reply = await this.say(line);
      if (reply.code >= 400) return reply;
    }
    const invitation = await this.say("DATA");
    if (invitation.code !== 354) return invitation;
    this.write(dotStuffed(raw));
    return await this.say(".");
  }

  async quit(): Promise<void> {
    await this.say("QUIT").catch(() => {});
    this.close();
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    this.#deliver();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#deliver();
  }

  #deliver(): void {
    if (this.#waiting === null) return;
    const whole = /^(?:\d{3}-.*\r\n)*(\d{3})(?: .*)?\r\n/.exec(this.#received);
    if (whole === null && this.#ended === null) return;
    const { resolve, reject } = this.#waiting;
    this.#waiting = null;
    if (whole === null) return reject(this.#ended!);
    this.#received = this.#received.slice(whole[0].length);
    resolve({ code: Number(whole[1]), text: whole[0].trim() });
  }
}

/** Sends one mail in a session of its own. */
export async function sendMail(
  address: Address,
  mail: { from: string; to: string; raw: Uint8Array | string },
): Promise<Reply> {
  const session = await SmtpSession.open(address);
  try {
    return await session.send({ ...mail, to: [mail.to] });
  } finally {
    session.close();
  }
}

/** The bytes as DATA wants them (RFC 5321, section 4.5.2): lines end in CRLF, a leading dot is doubled. */
export function dotStuffed(raw: Uint8Array | string): Buffer {
  const text = Buffer.from(raw).toString("latin1");
  const lines = text.replaceAll(/\r\n|\r|\n/g, "\r\n").replaceAll(/^\./gm, "..");
  return Buffer.from(lines.endsWith("\r\n") ? lines : `${lines}\r\n`, "latin1");
}
