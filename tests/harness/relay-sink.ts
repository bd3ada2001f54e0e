import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a relay does with a mail. "die-in-data" hangs up in the middle of the mail; "die-before-answer" has taken it
 *  whole, and hangs up instead of saying so; "slow" takes two seconds for its answer. */
export type Behaviour = "take" | "refuse" | "defer" | "slow" | "die-in-data" | "die-before-answer";

export type TakenMail = { from: string; to: string; parameters: string; raw: Buffer; answeredAt: number };

const MAIL_END = Buffer.from("\r\n.\r\n");

/** A relay that takes what it is sent and remembers it, or misbehaves as it is told. */
export class RelaySink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  /** Towards everybody who is not named in `behaviourTo`. */
  behaviour: Behaviour = "take";
  readonly behaviourTo = new Map<string, Behaviour>();
  /** What was answered with 250, in order. */
  readonly taken: TakenMail[] = [];
  /** How many mails were begun, taken or not. */
  attempts = 0;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(): Promise<RelaySink> {
    const sink = new RelaySink();
    await sink.open();
    return sink;
  }

  /** Listens, again where it did before. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away, as a machine that is switched off. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, "close");
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** What was taken for an address, as text. */
  takenFor(address: string): TakenMail[] {
    return this.taken.filter(({ to }) => to.toLowerCase() === address.toLowerCase());
  }

  behaviourFor(address: string): Behaviour {
    return this.behaviourTo.get(address) ?? this.behaviour;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {}).once("close", () => this.#sockets.delete(socket));
    socket.write("220 sink.example ESMTP\r\n");
    const session = new Session(socket, this);
    socket.on("data", (bytes: Buffer) => session.receive(bytes));
  }
}

class Session {
  readonly #socket: Socket;
  readonly #sink: RelaySink;
  #received = Buffer.alloc(0);
  #mail = { from: "", to: "", parameters: "" };
  #hasReader = false;
  #isInData = false;

  constructor(socket: Socket, sink: RelaySink) {
    this.#socket = socket;
    this.#sink = sink;
  }

  get #behaviour(): Behaviour {
    return this.#sink.behaviourFor(this.#mail.to);
  }

  receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    if (this.#isInData) return this.#receiveMail();
    for (let end = this.#received.indexOf("\r\n"); end >= 0 && !this.#isInData; end = this.#received.indexOf("\r\n")) {
      const line = this.#received.subarray(0, end).toString("latin1");
      this.#received = this.#received.subarray(end + 2);
      this.#obey(line);
    }
  }

  #obey(line: string): void {
    const verb = line.slice(0, 4).toUpperCase();
    const [, address = "", parameters = ""] = /<([^>]*)>\s*(.*)$/.exec(line) ?? [];
    if (verb === "EHLO")
      return this.#say("250-sink.example\r\n250-SIZE 100000000\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 DSN");
    if (verb === "MAIL") this.#hasReader = false;
    if (verb === "MAIL") this.#mail = { from: address, to: "", parameters };
    if (verb === "RCPT")
      this.#mail = { ...this.#mail, to: address, parameters: `${this.#mail.parameters} ${parameters}`.trim() };
    if (verb === "RCPT" && this.#behaviour === "refuse") return this.#say("550 5.1.1 no such person");
    if (verb === "RCPT" && this.#behaviour === "defer") return this.#say("451 4.3.0 later, please");
    if (verb === "RCPT") this.#hasReader = true;
    if (verb === "QUIT") return void this.#socket.end("221 bye\r\n");
    if (verb !== "DATA") return this.#say("250 fine");
    if (!this.#hasReader) return this.#say("554 5.5.1 no valid recipients"); // A pipelining client asks all the same.
    this.#isInData = true;
    this.#sink.attempts += 1;
    if (this.#behaviour === "die-in-data") return void setTimeout(() => this.#socket.destroy(), 5);
    this.#say("354 go on");
  }

  #receiveMail(): void {
    const end = this.#received.indexOf(MAIL_END);
    if (end < 0) return;
    const raw = Buffer.from(
      this.#received
        .subarray(0, end + 2)
        .toString("latin1")
        .replaceAll(/^\.\./gm, "."),
      "latin1",
    );
    this.#received = this.#received.subarray(end + MAIL_END.length);
    this.#isInData = false;
    void this.#answer(raw);
  }

  async #answer(raw: Buffer): Promise<void> {
    if (this.#behaviour === "slow") await sleep(2_000);
    if (this.#behaviour === "die-before-answer") return void this.#socket.destroy();
    this.#sink.taken.push({ ...this.#mail, raw, answeredAt: Date.now() });
    this.#say("250 2.0.0 taken");
  }

  #say(text: string): void {
    this.#socket.write(`${text}\r\n`);
  }
}
