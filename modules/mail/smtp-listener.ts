import type { Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import { ANSWERS, type SmtpAnswer } from "./smtp-answer.ts";
import { LineEndWatch } from "./smtp-line-ends.ts";

type ConnectOptions = Parameters<SMTPServer["connect"]>[1];

/** smtp-server, strict about line ends in commands and mails alike, and able to end one conversation. */
export class SmtpListener extends SMTPServer {
  readonly #busy = new Set<SMTPServerSession>();
  #isClosing = false;

  /** @param options smtp-server's own; its onSecure is taken. */
  constructor(options: SMTPServerOptions) {
    // Not a copy: smtp-server reads some of its options anew each time.
    super(
      Object.assign(options, {
        onSecure: (socket: Socket, _session: SMTPServerSession, proceed: () => void) => {
          this.#watchLineEnds(socket);
          proceed();
        },
      }),
    );
  }

  override connect(socket: Socket, options?: ConnectOptions): void {
    super.connect(socket, options);
    this.#watchLineEnds(socket);
  }

  /** Says why, and closes. A mail under way breaks off. */
  endSession(session: SMTPServerSession, { responseCode, message }: SmtpAnswer): void {
    const connection = [...this.connections].find((each) => each.session === session);
    if (!connection) return;
    connection.send(responseCode, message);
    connection.close();
    if (connection._dataStream) connection._dataStream.destroy();
  }

  /** Marks a conversation as one that brings a mail: closing waits for it. */
  async whileBusy<T>(session: SMTPServerSession, work: () => Promise<T>): Promise<T> {
    this.#busy.add(session);
    try {
      return await work();
    } finally {
      this.#busy.delete(session);
      // After the mail's own answer has gone out.
      if (this.#isClosing) setImmediate(() => this.endSession(session, ANSWERS.closing()));
    }
  }

  /** Takes no more connections, ends those that bring no mail, and waits for the others. */
  async shutDown(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.close(resolve));
    for (const { session } of this.connections) {
      if (!this.#busy.has(session)) this.endSession(session, ANSWERS.closing());
    }
    await closed;
  }

  /** Sees each chunk before the parser does, so nothing after the fault is obeyed. */
  #watchLineEnds(socket: Socket): void {
    const lines = new LineEndWatch();
    const watch = (chunk: Buffer) => {
      if (lines.accepts(chunk)) return;
      socket.off("data", watch);
      const connection = [...this.connections].find((each) => each._socket === socket);
      if (connection) this.endSession(connection.session, ANSWERS.bareLineEnd());
    };
    socket.prependListener("data", watch);
  }
}
