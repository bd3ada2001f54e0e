import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type MailReader, openMailReader, type ReadMail } from "@permanence/mail";
import { scoreBounce, type BounceScore } from "./bounce-score.ts";
import { type CorpusFile, readCorpus, readExpectations } from "./corpora-files.ts";

/** How often it went well, and each place where it did not. */
export type Share = { right: number; of: number; share: number; misses: string[] };

export type CorporaScores = {
  bounces: {
    files: number;
    recipientRight: Share;
    permanentRight: Share;
    statusRight: Share;
    /** Successes, complaints and automatic answers that were read as failures. */
    falseFailures: { count: number; misses: string[] };
  };
  mime: { files: number; reportsInOrdinaryMail: { count: number; misses: string[] } };
  /** What a person newly wrote, exact but for white space. */
  replies: { files: number; right: Share };
};

/** Reads the corpora of a folder, and compares with what they say of themselves. */
export async function benchCorpora(corpora: string): Promise<CorporaScores> {
  const expectations = readExpectations(corpora);
  const reader = openMailReader({ threads: 1 });
  try {
    return {
      bounces: await scoreBounces(reader, corpora, expectations),
      mime: await scoreOrdinaryMail(reader, corpora),
      replies: await scoreReplies(reader, corpora),
    };
  } finally {
    await reader.close();
  }
}

async function scoreBounces(
  reader: MailReader,
  corpora: string,
  expectations: ReturnType<typeof readExpectations>,
): Promise<CorporaScores["bounces"]> {
  const scores: BounceScore[] = [];
  for (const file of readCorpus(join(corpora, "bounces"), ".eml")) {
    const expected = expectations.get(file.name);
    if (expected !== undefined) scores.push(scoreBounce(file, expected, await read(reader, file.bytes)));
  }
  const falseFailures = scores.flatMap((score) => score.falseFailures);
  return {
    files: scores.length,
    recipientRight: shareOf(scores.flatMap(({ recipients }) => recipients)),
    permanentRight: shareOf(scores.flatMap(({ permanence }) => permanence)),
    statusRight: shareOf(scores.flatMap(({ statuses }) => statuses)),
    falseFailures: { count: falseFailures.length, misses: falseFailures },
  };
}

/** Of a mail system's own mails, which a corpus of messages holds too, reports are expected. */
const MAIL_SYSTEM = /^(mailer-daemon|postmaster)@/i;

async function scoreOrdinaryMail(reader: MailReader, corpora: string): Promise<CorporaScores["mime"]> {
  const files = readCorpus(join(corpora, "mime"), ".eml");
  const misses: string[] = [];
  for (const { name, bytes } of files) {
    const mail = await read(reader, bytes);
    if (mail === null || MAIL_SYSTEM.test(mail.from?.address ?? "")) continue;
    if (mail.kind === "report" || mail.delivery.length > 0) misses.push(name);
  }
  return { files: files.length, reportsInOrdinaryMail: { count: misses.length, misses } };
}

async function scoreReplies(reader: MailReader, corpora: string): Promise<CorporaScores["replies"]> {
  const files = readCorpus(join(corpora, "replies/emails"), ".txt");
  const results: (string | null)[] = [];
  for (const file of files) {
    const mail = await read(reader, asMail(file));
    const trimmed = readFileSync(join(corpora, "replies/trimmed", file.name), "utf8");
    const isRight = withoutSpace(mail?.reply ?? "") === withoutSpace(trimmed);
    results.push(isRight ? null : file.name);
  }
  return { files: files.length, right: shareOf(results) };
}

/** The texts of that corpus stand without a header. */
function asMail({ bytes }: CorpusFile): Buffer {
  return Buffer.concat([Buffer.from("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"), bytes]);
}

const withoutSpace = (text: string): string => text.replaceAll(/\s+/g, "");

async function read(reader: MailReader, bytes: Uint8Array): Promise<ReadMail | null> {
  const mail = await reader.read(bytes, { languages: ["fr", "nl", "en"], prior: ["fr"] });
  return "unreadable" in mail ? null : mail;
}

/** From one result each: null where it went well, else what was wrong. */
function shareOf(results: (string | null)[]): Share {
  const misses = results.filter((result) => result !== null);
  const right = results.length - misses.length;
  return { right, of: results.length, share: results.length === 0 ? 1 : right / results.length, misses };
}
