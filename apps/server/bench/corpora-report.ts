import type { CorporaScores, Share } from "./corpora-bench.ts";

/** The scores for people. */
export function describeScores({ bounces, mime, replies }: CorporaScores): string[] {
  return [
    `${bounces.files} bounces:`,
    ...describeShare("the recipient is right", bounces.recipientRight),
    ...describeShare("permanent or not is right", bounces.permanentRight),
    ...describeShare("the status is right", bounces.statusRight),
    ...describeMisses("read as failures that are none", bounces.falseFailures),
    `${mime.files} messages:`,
    ...describeMisses("ordinary mails read as reports", mime.reportsInOrdinaryMail),
    `${replies.files} replies:`,
    ...describeShare("what was newly written is right", replies.right),
  ];
}

function describeShare(what: string, { right, of, share, misses }: Share): string[] {
  return [`  ${(share * 100).toFixed(1)} %, ${right} of ${of}: ${what}`, ...listed(misses)];
}

function describeMisses(what: string, { count, misses }: { count: number; misses: string[] }): string[] {
  return [`  ${count} ${what}`, ...listed(misses)];
}

const listed = (misses: string[]): string[] => misses.map((miss) => `    ${miss}`);
