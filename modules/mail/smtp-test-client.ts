import { createConnection, type Socket } from "node:net";

/** For tests: speaks SMTP byte by byte, and misbehaves where it is told to. */
export class TestClient {
  readonly socket: Socket;
  #text = "";
  #wake: (() => void) | null = null;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#hear(chunk.toString("latin1")));
    socket.on("error", () => {});
    socket.on("close", () => {
      this.isClosed = true;
      this.#wake?.();
    });
  }

  static async connect(port: number): Promise<TestClient> {
    const client = new TestClient(createConnection(port, "127.0.0.1"));
    await client.reply();
    return client;
  }

  /** Greeted, and told who we are. */
  static async greet(port: number): Promise<TestClient> {
    const client = await TestClient.connect(port);
    await client.say("EHLO client.example");
    return client;
  }

  #hear(text: string): void {
    this.#text += text;
    this.#wake?.();
  }

  send(raw: string | Buffer): void {
    this.socket.write(raw);
  }

  /** One command, one reply. */
  async say(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return this.reply();
  }

  /** The next whole reply; "" when the server closed without one. */
  async reply(): Promise<string> {
    for (;;) {
      const [whole] = /^(?:\d{3}-[^\n]*\n)*\d{3} [^\n]*\n/.exec(this.#text) ?? [];
      if (whole !== undefined) {
        this.#text = this.#text.slice(whole.length);
        return whole.trimEnd();
      }
      if (this.isClosed) return "";
      await this.#more();
    }
  }

  async closed(): Promise<void> {
    while (!this.isClosed) await this.#more();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  /** As far as 354. */
  async begin(to: string[], from = "zoe@agence.be"): Promise<string> {
    await this.say(`MAIL FROM:<${from}>`);
    for (const address of to) await this.say(`RCPT TO:<${address}>`);
    return this.say("DATA");
  }

  /** A whole mail; dots are stuffed. */
  async mail(to: string[], text: string | Buffer, from?: string): Promise<string> {
    await this.begin(to, from);
    const body = text.toString("latin1").replace(/^\./gm, "..");
    this.send(Buffer.from(`${body}${body.endsWith("\r\n") || body === "" ? "" : "\r\n"}.\r\n`, "latin1"));
    return this.reply();
  }

  end(): void {
    this.socket.destroy();
  }
}
