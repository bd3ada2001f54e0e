import { createSocket } from "node:dgram";

/** For tests: what a domain publishes, by name and type; `silent` names are never answered. */
export type Zone = Record<string, { A?: string[]; MX?: string[]; TXT?: string[]; delayMs?: number } | "silent">;

export type TestDns = {
  /** "127.0.0.1:port". */
  server: string;
  /** "TXT a.example" of each question, in their order. */
  questions: string[];
  close(): Promise<void>;
};

const TYPES = { A: 1, MX: 15, TXT: 16 } as const;
const NO_SUCH_NAME = 3;
const TTL_SECONDS = 300;

/** A DNS server on a port of its own (RFC 1035): answers by UDP what is in the table, NXDOMAIN to all else. */
export async function startTestDns(zone: Zone): Promise<TestDns> {
  const socket = createSocket("udp4");
  const questions: string[] = [];
  let isOpen = true;
  socket.on("message", (query, { port, address }) => {
    const { name, type, end } = readQuestion(query);
    const word = Object.entries(TYPES).find(([, code]) => code === type)?.[0] ?? String(type);
    questions.push(`${word} ${name}`);
    const known = zone[name];
    if (known === "silent") return;
    const data = known === undefined ? [] : (((known as Record<string, unknown>)[word] as string[] | undefined) ?? []);
    const answers = data.map((text) => answer(type, text));
    const head = Buffer.from(query.subarray(0, 12));
    head.writeUInt16BE(0x8400 | (known === undefined ? NO_SUCH_NAME : 0), 2); // An answer, with authority.
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    head.writeUInt32BE(0, 8);
    const whole = Buffer.concat([head, query.subarray(12, end), ...answers]);
    setTimeout(() => isOpen && socket.send(whole, port, address), known?.delayMs ?? 0);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    close() {
      isOpen = false;
      return new Promise((resolve) => socket.close(() => resolve()));
    },
  };
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]!; length > 0; length = query[at]!) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function answer(type: number, text: string): Buffer {
  const data = dataOf(type, text);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0); // The name of the question.
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(TTL_SECONDS, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(type: number, text: string): Buffer {
  if (type === TYPES.A) return Buffer.from(text.split(".").map(Number));
  if (type === TYPES.MX) return Buffer.concat([Buffer.from([0, 10]), nameOf(text)]);
  const strings = text.match(/.{1,255}/gs) ?? [""];
  return Buffer.concat(strings.map((part) => Buffer.from(String.fromCharCode(part.length) + part, "latin1")));
}

function nameOf(name: string): Buffer {
  const labels = name.split(".").map((label) => String.fromCharCode(label.length) + label);
  return Buffer.from(`${labels.join("")}\0`, "latin1");
}
