import type { ReadMail } from "@permanence/mail";
import type { CorpusFile, Expectation } from "./corpora-files.ts";

/** One result for each recipient that is expected: null where it is right, else what is wrong. */
export type BounceScore = {
  recipients: (string | null)[];
  permanence: (string | null)[];
  statuses: (string | null)[];
  falseFailures: string[];
};

/** Compares one bounce with what its corpus says of it. The corpus names no recipients: one is right where as many
 *  are found as there are, and it stands in the mail. */
export function scoreBounce(file: CorpusFile, expected: Expectation[], mail: ReadMail | null): BounceScore {
  const found = mail?.delivery ?? [];
  const falseFailures =
    found.some(({ outcome }) => outcome === "failed") && !expected.some(isFailure) ? [file.name] : [];
  const reported = expected.filter(({ reason }) => reason !== "vacation"); // An automatic answer reports nothing.
  const score: BounceScore = { recipients: [], permanence: [], statuses: [], falseFailures };
  for (const [index, { status, hard, reason }] of reported.entries()) {
    const place = reported.length > 1 ? `${file.name}, recipient ${index + 1}` : file.name;
    const one = found[index];
    const wrong = (what: string): string => `${place}: ${what} (${reason})`;
    const isCounted = found.length === reported.length;
    score.recipients.push(
      one === undefined || !isCounted
        ? wrong(`${found.length} recipients instead of ${reported.length}`)
        : standsIn(file, mail!, one.recipient)
          ? null
          : wrong(`"${one.recipient}" does not stand in it`),
    );
    score.permanence.push(one?.permanent === hard ? null : wrong(`permanent is ${one?.permanent} instead of ${hard}`));
    score.statuses.push(one?.status === status ? null : wrong(`"${one?.status ?? ""}" instead of "${status}"`));
  }
  return score;
}

const isFailure = ({ reason }: Expectation): boolean => !["delivered", "feedback", "vacation"].includes(reason);

function standsIn({ bytes }: CorpusFile, { text }: ReadMail, address: string): boolean {
  if (!address.includes("@")) return false;
  return `${bytes.toString("utf8")}\n${text}`.toLowerCase().includes(address.toLowerCase());
}
