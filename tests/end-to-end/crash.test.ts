import { expect, onTestFinished, test } from "vitest";
import { runCrashTrial, type Victim } from "../harness/crash-trial.ts";
import { Installation } from "../harness/installation.ts";
import { RelaySink } from "../harness/relay-sink.ts";

const VICTIMS: Victim[] = ["program", "postgres", "both", "postgres", "program"];

test("kill -9 at random moments under load loses nothing, and sends nothing twice", async () => {
  const sink = await RelaySink.start();
  onTestFinished(() => sink.close());
  const desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url, PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());

  expect(await runCrashTrial({ desk, sink, victims: VICTIMS, prefix: "crash", random: Math.random })).toEqual([]);
}, 300_000);
