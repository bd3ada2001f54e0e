import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, removeFolder } from "../harness/folders.ts";
import { Installation } from "../harness/installation.ts";
import { headerOf, plainMail } from "../harness/mails.ts";
import { RelaySink, type TakenMail } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";

// Two desks and twenty answering machines, wired to one another: whoever is answered answers, and it must end.

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../examples/whise/desk.yaml"), "utf8");
const MACHINES = 20;
const machine = (n: number) => `machine${n}@robots.example`;

let relay: RelaySink;
let desks: Map<string, Installation>;
const sent = new Map<string, number>(); // By sender and reader.

beforeAll(async () => {
  relay = await RelaySink.start();
  desks = new Map();
  for (const address of ["help@first.example", "help@second.example"]) {
    const desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: relay.url } });
    desks.set(address, desk);
    const folder = makeFolder("desk");
    writeFileSync(join(folder, "desk.yaml"), EXAMPLE.replaceAll("helpdesk@whise.eu", address));
    await desk.run("desk", "apply", folder);
    removeFolder(folder);
  }
});
afterAll(async () => {
  for (const desk of desks?.values() ?? []) await desk.remove();
  await relay?.close();
});

test("at most two answers go each way between any two of them", async () => {
  const [first, second] = [...desks.keys()] as [string, string];
  for (const desk of desks.keys())
    for (let n = 0; n < MACHINES; n++) await deliver({ from: machine(n), to: desk, raw: request(machine(n), desk) });
  await deliver({ from: first, to: second, raw: request(first, second) });

  sent.clear(); // What somebody asked is no answer.

  let answered = 0;
  for (let quietSince = performance.now(); performance.now() - quietSince < 5_000; await sleep(50)) {
    for (; answered < relay.taken.length; answered++, quietSince = performance.now())
      await pass(relay.taken[answered]!);
  }
  expect(answered).toBeGreaterThan(2 * MACHINES); // Each machine had a notice of each desk.
  expect([...sent].filter(([, count]) => count > 2)).toEqual([]);
});

/** What a desk sent reaches its reader: another desk, or a machine, which answers it in its own way. */
async function pass(mail: TakenMail): Promise<void> {
  const from = headerOf(mail.raw, "From")!.replace(/.*<|>.*/g, "");
  const [reader] = /^machine(\d+)/.exec(mail.to) ?? [];
  if (reader === undefined) return deliver({ from: mail.from, to: mail.to, raw: mail.raw }, from);
  count(from, mail.to);
  const kind = Number(reader.slice("machine".length)) % 4;
  const subject = headerOf(mail.raw, "Subject")!;
  const replyTo = headerOf(mail.raw, "Reply-To")!.replace(/.*<|>.*/g, "");
  const answer = [
    { to: mail.from, subject: "Out of office", headers: ["Auto-Submitted: auto-replied"], text: "Away until Monday." },
    { to: replyTo, subject: `Re: ${subject}`, headers: [], text: "We have received your message." },
    { to: from, subject: `AW: ${subject}`, headers: [], text: "We have received your message, with thanks." },
    { to: from, subject: "We have your message", headers: [], text: "Someone will look at it soon." },
  ][kind]!;
  const raw = plainMail({ ...answer, from: mail.to });
  await deliver({ from: kind === 0 ? "" : mail.to, to: answer.to, raw }, mail.to);
}

async function deliver(mail: { from: string; to: string; raw: Buffer }, sender = mail.from): Promise<void> {
  const address = mail.to.replace(/\+[^@]*/, "");
  count(sender, address);
  const desk = desks.get(address);
  if (desk) await sendMail(desk.smtp, mail);
}

function count(from: string, to: string): void {
  const pair = `${from} to ${to}`;
  sent.set(pair, (sent.get(pair) ?? 0) + 1);
}

const request = (from: string, to: string) => plainMail({ from, to, subject: "A first question" });
