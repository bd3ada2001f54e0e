import { once } from "node:events";
import { createServer, type Socket } from "node:net";

/** A relay that takes everything, and tells whom each mail was for at the moment it was all there. */
export type NoticeSink = { port: number; close(): void };

const END = Buffer.from("\r\n.\r\n");
const LINE_END = Buffer.from("\r\n");
const REPLIES: Record<string, string> = {
  EHLO: "250-sink\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-SMTPUTF8\r\n250 DSN\r\n",
  HELO: "250 sink\r\n",
  DATA: "354 go on\r\n",
  QUIT: "221 bye\r\n",
};

/** Reads as little as it can: it shares its processors with what is measured. */
export async function startNoticeSink(onMail: (recipient: string) => void, port = 0): Promise<NoticeSink> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
    converse(socket, onMail);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as { port: number }).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function converse(socket: Socket, onMail: (recipient: string) => void): void {
  let held: Buffer = Buffer.alloc(0);
  let isData = false;
  let recipient = "";
  socket.write("220 sink\r\n");
  socket.on("data", (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    socket.cork(); // One packet answers a whole pipeline.
    while (advance());
    socket.uncork();
  });

  function advance(): boolean {
    const mark = isData ? END : LINE_END;
    const at = held.indexOf(mark);
    if (at < 0) return false;
    const line = isData ? null : held.toString("latin1", 0, at);
    held = held.subarray(at + mark.length);
    if (line === null) take();
    else obey(line);
    return true;
  }

  function take(): void {
    isData = false;
    onMail(recipient);
    socket.write("250 taken\r\n");
  }

  function obey(line: string): void {
    const command = line.slice(0, 4).toUpperCase();
    if (command === "RCPT") recipient = /<([^>]*)>/.exec(line)?.[1] ?? "";
    isData = command === "DATA";
    socket.write(REPLIES[command] ?? "250 ok\r\n");
    if (command === "QUIT") socket.end();
  }
}
