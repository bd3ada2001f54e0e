import { expect, onTestFinished, test } from "vitest";
import { NO_CORPORA, readHostileHtml } from "../harness/corpora.ts";
import { Installation } from "../harness/installation.ts";
import { runPayloadTrial } from "../harness/payload-trial.ts";

test("no payload of the corpus runs, and nothing is asked for, when an agent opens it", async (context) => {
  const payloads = readHostileHtml();
  if (payloads === null) return context.skip(NO_CORPORA);
  const desk = await Installation.start({ environment: { PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());
  expect(await runPayloadTrial(desk, await desk.api(), payloads)).toEqual([]);
});
