import { systemClock } from "@permanence/kernel";
import { afterEach, expect, test } from "vitest";
import type { RelayAnswer } from "./relay-answer.ts";
import { openRelay, type Relay } from "./relay.ts";
import { type Sink, type SinkScript, startSink } from "./smtp-test-sink.ts";

const LIMITS = { connectMs: 400, silenceMs: 600, mailMs: 1_500, answerMs: 1_800, idleMs: 5_000 };
const MAIL = {
  from: "help+b-abc@desk.example",
  to: "zoe@agence.be",
  bytes: Buffer.from("Subject: x\r\n\r\n.dot\r\n"),
  envelopeId: "abc",
};

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});

async function open(
  script?: SinkScript,
  maxConnections = 4,
  limits = LIMITS,
): Promise<{ sink: Sink; relay: Relay; said: string[] }> {
  const sink = await startSink(script);
  const said: string[] = [];
  const address = { host: "127.0.0.1", port: sink.port, secure: false, login: null };
  const relay = openRelay({
    address,
    clock: systemClock,
    log: (line) => said.push(line),
    maxConnections,
    limits,
  });
  opened.push(relay, sink);
  return { sink, relay, said };
}

test("what a relay takes arrives byte for byte, with a request for reports", async () => {
  const { sink, relay } = await open();
  expect(await relay.send(MAIL)).toEqual({ outcome: "taken", answer: "250 2.0.0 taken as 12345" });
  expect(sink.mails).toEqual([
    {
      from: `<help+b-abc@desk.example> SIZE=${MAIL.bytes.length} RET=HDRS ENVID=abc`,
      to: "<zoe@agence.be> NOTIFY=SUCCESS,FAILURE,DELAY",
      text: MAIL.bytes.toString(),
      session: 1,
    },
  ]);
});

test("no reports are asked of a relay that knows none, nor for mail of no ticket", async () => {
  const knowsNone = await open((step) => (step === "EHLO" ? "250 sink" : undefined));
  await knowsNone.relay.send(MAIL);
  expect(knowsNone.sink.mails[0]).toMatchObject({ from: "<help+b-abc@desk.example>", to: "<zoe@agence.be>" });

  const { sink, relay } = await open();
  await relay.send({ ...MAIL, envelopeId: null });
  expect(sink.mails[0]).toMatchObject({ to: "<zoe@agence.be>" });
});

test.each<[string, SinkScript, RelayAnswer["outcome"], string]>([
  [
    "a recipient refused for good",
    (step) => (step === "RCPT" ? "550 5.1.1 nobody" : undefined),
    "refused",
    "550 5.1.1 nobody",
  ],
  [
    "a mail refused for good",
    (step) => (step === "end" ? "554 5.6.0 malformed" : undefined),
    "refused",
    "554 5.6.0 malformed",
  ],
  [
    "a relay that does not relay for us",
    (step) => (step === "RCPT" ? "554 5.7.1 Relay access denied" : undefined),
    "deferred",
    "554 5.7.1 Relay access denied",
  ],
  [
    "a recipient deferred",
    (step) => (step === "RCPT" ? "450 4.2.0 greylisted" : undefined),
    "deferred",
    "450 4.2.0 greylisted",
  ],
  ["a mail deferred", (step) => (step === "end" ? "451 4.3.0 later" : undefined), "deferred", "451 4.3.0 later"],
  [
    "our sender refused",
    (step) => (step === "MAIL" ? "550 5.7.1 not yours" : undefined),
    "deferred",
    "550 5.7.1 not yours",
  ],
  [
    "a greeting that turns us away",
    (step) => (step === "connect" ? "554 5.3.2 no" : undefined),
    "unreachable",
    "554 5.3.2 no",
  ],
  [
    "a relay that says nothing",
    (step) => (step === "connect" ? "hang" : undefined),
    "unreachable",
    "Greeting never received",
  ],
  ["a relay that falls silent", (step) => (step === "RCPT" ? "hang" : undefined), "deferred", "Timeout"],
  [
    "a relay that falls silent with the mail in its hands",
    (step) => (step === "end" ? "hang" : undefined),
    "deferred",
    "did not say that it has the mail within 1.8 s",
  ],
  [
    "a relay that goes away in the middle of the mail",
    (step, line) => (step === "line" && line === "..dot" ? "die" : undefined),
    "deferred",
    "Connection closed unexpectedly",
  ],
  [
    "a relay that goes away before it answers",
    (step) => (step === "end" ? "die" : undefined),
    "deferred",
    "Connection closed unexpectedly",
  ],
  [
    "a relay that is too small",
    (step) => (step === "EHLO" ? "250-sink\r\n250 SIZE 10" : undefined),
    "refused",
    "Message size larger than allowed 10",
  ],
])("%s", async (_, script, outcome, answer) => {
  const { sink, relay } = await open(script);
  const result = await relay.send(MAIL);
  expect(result.outcome).toBe(outcome);
  expect(result.answer).toContain(answer);
  expect(sink.mails).toEqual([]);
});

test("a relay that looks long at a whole mail is waited for: it would be sent what it has again", async () => {
  const { sink, relay } = await open((step) => (step === "end" ? "slow" : undefined), 4, { ...LIMITS, silenceMs: 200 });
  expect(await relay.send(MAIL)).toMatchObject({ outcome: "taken" });
  expect(await relay.send(MAIL)).toMatchObject({ outcome: "taken" }); // The same session, its limits as before.
  expect(sink.arrivals).toBe(2);
});

test("a relay that dribbles its answer is left in time", async () => {
  const { relay } = await open((step) => (step === "end" ? "dribble" : undefined));
  const startedMs = performance.now();
  expect(await relay.send(MAIL)).toMatchObject({ outcome: "deferred" });
  expect(performance.now() - startedMs).toBeLessThan(LIMITS.answerMs + 500);
});

test("a relay that cannot be reached is not asked for each mail, and is said once", async () => {
  const { sink, relay, said } = await open();
  await sink.close();
  const results = await Promise.all(Array.from({ length: 20 }, () => relay.send(MAIL)));
  expect(results.every((result) => result.outcome === "unreachable" && result.answer.includes("ECONNREFUSED"))).toBe(
    true,
  );
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("Mail waits in the outbox");
});

test("sessions are shared, bounded, and used again after a refusal", async () => {
  const { sink, relay } = await open(
    (step, line) => (step === "RCPT" && line.includes("nobody") ? "550 5.1.1 nobody" : undefined),
    3,
  );
  const results = await Promise.all(
    Array.from({ length: 30 }, (_, index) => relay.send({ ...MAIL, to: index % 5 === 0 ? "nobody@x.be" : MAIL.to })),
  );
  expect(results.filter((result) => result.outcome === "refused")).toHaveLength(6);
  expect(sink.mails).toHaveLength(24);
  expect(sink.sessions).toBeLessThanOrEqual(3);
});

test("a session that the relay ended meanwhile costs nothing, and sends nothing twice", async () => {
  const { sink, relay } = await open();
  await relay.send(MAIL);
  sink.drop();
  expect(await relay.send(MAIL)).toMatchObject({ outcome: "taken" });
  await new Promise((resolve) => setTimeout(resolve, 50)); // The end is noticed before the next mail.
  sink.drop();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await relay.send(MAIL)).toMatchObject({ outcome: "taken" });
  expect(sink.arrivals).toBe(3);
});

test("an address that is not ASCII is said to be so", async () => {
  const { sink, relay } = await open();
  await relay.send({ ...MAIL, to: "zoé@agence.be" });
  expect(sink.mails[0]!.from).toContain("SMTPUTF8");
});
