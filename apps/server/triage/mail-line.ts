import { detectLanguage } from "@permanence/language";
import { describeReason, suggestPriority, type TriageLanguage } from "@permanence/triage";
import { z } from "zod";
import { type Answering, readCase } from "../sla/case-reading.ts";

const LANGUAGES: readonly TriageLanguage[] = ["fr", "nl", "en"];

const MailLine = z.object({
  subject: z.string("must be a text"),
  body: z.string("must be a text"),
  language: z.string('must be a text such as "nl"').nullish(),
});

/** The priority of one mail, with reasons in its language: the one that the line names, if it is one of ours, else the one
 *  that it seems to be written in. */
export const answerMail: Answering = (json) => {
  const { subject, body, language } = readCase(MailLine, json);
  const { priority, confidence, reasons, toBeClassified } = suggestPriority({ subject, body });
  const spoken =
    LANGUAGES.find((each) => each === language) ?? languageOf(`${body.slice(0, 400)}\n${subject.slice(0, 200)}`);
  return {
    priority,
    confidence: Math.round(confidence * 1_000) / 1_000,
    reasons: reasons.map((reason) => describeReason(reason, spoken)),
    toBeClassified,
  };
};

function languageOf(text: string): TriageLanguage {
  const found = detectLanguage(text, { among: LANGUAGES, prior: ["fr"] });
  return LANGUAGES.find((language) => language === found) ?? "fr";
}
