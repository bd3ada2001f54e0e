import { expect, onTestFinished, test } from "vitest";
import { NO_CORPORA, readHostileHtml, readMails, readNaughtyStrings } from "../harness/corpora.ts";
import { naughtyMail, payloadMail } from "../harness/hostile-mails.ts";
import { Installation } from "../harness/installation.ts";
import { type NamedMail, runIntakeTrial } from "../harness/intake-trial.ts";

const CORPORA: Record<string, () => NamedMail[] | null> = {
  mime: () => readMails("mime"),
  bounces: () => readMails("bounces"),
  replies: () => readMails("replies/emails"),
  "naughty strings": () =>
    readNaughtyStrings()?.map((text) => ({ name: JSON.stringify(text), bytes: naughtyMail(text) })) ?? null,
  "hostile HTML": () =>
    readHostileHtml()?.map((payload, number) => ({ name: payload, bytes: payloadMail(payload, number) })) ?? null,
};

test.for(Object.keys(CORPORA))("every mail of the corpus goes through: %s", async (corpus, context) => {
  const mails = CORPORA[corpus]!();
  if (mails === null) return context.skip(NO_CORPORA);
  const desk = await Installation.start({ environment: { PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());
  expect(await runIntakeTrial(desk, await desk.api(), mails)).toEqual([]);
});
