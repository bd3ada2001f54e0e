import { expect, onTestFinished, test } from "vitest";
import { runCrashTrial, type Victim } from "../harness/crash-trial.ts";
import { Installation } from "../harness/installation.ts";
import { RelaySink } from "../harness/relay-sink.ts";

const VICTIMS: Victim[] = ["program", "postgres", "both"];
const KILLS_PER_TRIAL = 20;

test.each([1, 2, 3, 4, 5])("kill -9 twenty times more, part %i of 5", async (part) => {
  const sink = await RelaySink.start();
  onTestFinished(() => sink.close());
  const desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url, PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());

  const victims = Array.from({ length: KILLS_PER_TRIAL }, (_, kill) => VICTIMS[(kill + part) % VICTIMS.length]!);
  expect(await runCrashTrial({ desk, sink, victims, prefix: `part${part}`, random: Math.random })).toEqual([]);
});
