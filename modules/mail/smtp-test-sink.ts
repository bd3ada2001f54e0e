import { createServer, type Socket } from "node:net";

/** What the sink does at a step: its reply, or how it misbehaves. */
export type SinkStep = string; // "hang", "die", "dribble", "slow"; anything else is a reply.

/** A relay for tests that can be told to misbehave. Steps: "connect", "EHLO", "MAIL", "RCPT", "DATA", "line" (each line of the mail), "end". */
export type SinkScript = (step: string, line: string, mailNumber: number) => SinkStep | undefined;

export type SunkMail = { from: string; to: string; text: string; session: number };

export type Sink = {
  port: number;
  /** Mails that got 250. */
  mails: SunkMail[];
  /** Mails whose last line arrived, whatever the answer was. */
  arrivals: number;
  sessions: number;
  script: SinkScript;
  drop(): void;
  close(): Promise<void>;
};

const SLOW_MS = 300;

const REPLIES: Record<string, string> = {
  connect: "220 sink",
  EHLO: "250-sink\r\n250-PIPELINING\r\n250-SIZE 10000000\r\n250-SMTPUTF8\r\n250 DSN",
  DATA: "354 go on",
  end: "250 2.0.0 taken as 12345",
  QUIT: "221 bye",
};

export async function startSink(script: SinkScript = () => undefined, port = 0): Promise<Sink> {
  const sockets = new Set<Socket>();
  const sink: Sink = { port, mails: [], arrivals: 0, sessions: 0, script, drop, close };
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    converse(sink, socket);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  sink.port = (server.address() as { port: number }).port;
  return sink;

  function drop() {
    for (const socket of sockets) socket.destroy();
  }

  async function close() {
    drop();
    await new Promise((resolve) => server.close(resolve));
  }
}

function converse(sink: Sink, socket: Socket): void {
  const session = ++sink.sessions;
  let mail: SunkMail | null = null;
  let isData = false;
  let rest = "";
  let isSilent = false;

  if (!answer("connect", "")) return;
  socket.on("data", (chunk) => {
    const lines = (rest + chunk.toString("utf8")).split("\r\n");
    rest = lines.pop()!;
    for (const line of lines) {
      if (isSilent || socket.destroyed) return;
      if (isData) readLine(line);
      else obey(line);
    }
  });

  function obey(line: string) {
    const command = line.slice(0, 4).toUpperCase();
    if (command === "MAIL") mail = { from: line.slice(10), to: "", text: "", session };
    const took = command === "DATA" && !mail?.to ? perform("503 nobody to take it for") : answer(command, line);
    if (command === "RCPT" && took && mail) mail.to = line.slice(8);
    if (command === "DATA" && took) isData = true;
    if (command === "QUIT") socket.end();
  }

  function readLine(line: string) {
    if (line !== ".") {
      mail!.text += `${line.replace(/^\./, "")}\r\n`;
      perform(sink.script("line", line, sink.arrivals));
      return;
    }
    isData = false;
    const sunk = mail!;
    if (answer("end", line)) sink.mails.push(sunk);
    sink.arrivals++;
  }

  /** True where the step was answered well. */
  function answer(step: string, line: string): boolean {
    const usual = REPLIES[step] ?? "250 ok";
    const scripted = sink.script(step, line, sink.arrivals) ?? usual;
    if (scripted !== "slow") return perform(scripted);
    setTimeout(() => socket.write(`${usual}\r\n`), SLOW_MS);
    return true;
  }

  function perform(step: SinkStep | undefined): boolean {
    if (step === undefined) return true;
    if (step === "die") socket.destroy();
    else if (step === "dribble") dribble(socket);
    else if (step === "hang") isSilent = true;
    else {
      socket.write(`${step}\r\n`);
      return /^[23]/.test(step);
    }
    return false;
  }
}

function dribble(socket: Socket): void {
  const timer = setInterval(() => socket.write("250-and\r\n"), 50);
  socket.on("close", () => clearInterval(timer));
}
