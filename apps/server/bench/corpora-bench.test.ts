import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { benchCorpora } from "./corpora-bench.ts";
import { describeScores } from "./corpora-report.ts";

const folder = mkdtempSync(join(tmpdir(), "permanence-corpora-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, ...lines: string[]): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), lines.join("\r\n"));
}

const BOUNCE = ["From: MAILER-DAEMON@mx.example", "Subject: failure notice", "", "<ann@agence.be>:"];

test("scores what is right, and says what is not", async () => {
  write("bounces/right.eml", ...BOUNCE, "550 5.1.1 unknown user");
  write("bounces/wrong.eml", ...BOUNCE, "550 5.2.2 mailbox full");
  write("bounces/success.eml", ...BOUNCE, "550 5.1.1 unknown user");
  write("mime/ordinary.eml", "From: ann@agence.be", "Subject: x", "", "y");
  write("replies/emails/one.txt", "Thanks!", "", "On Monday, Ann wrote:", "> Hello");
  write("replies/trimmed/one.txt", "Thanks!");
  const unknown = { status: "5.1.1", replyCode: "550", reason: "userunknown", hard: true };
  const delivered = { status: "2.1.5", reason: "delivered", hard: false };
  write(
    "bounces/expected.json",
    JSON.stringify({ "right.eml": [unknown], "wrong.eml": [unknown, unknown], "success.eml": [delivered] }),
  );

  const scores = await benchCorpora(folder);
  expect(scores.bounces).toMatchObject({
    files: 3,
    recipientRight: { right: 2, of: 4, share: 0.5 },
    permanentRight: { right: 1, of: 4 },
    statusRight: { right: 1, of: 4 },
    falseFailures: { count: 1, misses: ["success.eml"] },
  });
  expect(scores.bounces.statusRight.misses).toContain(
    'wrong.eml, recipient 1: "5.2.2" instead of "5.1.1" (userunknown)',
  );
  expect(scores.mime).toEqual({ files: 1, reportsInOrdinaryMail: { count: 0, misses: [] } });
  expect(scores.replies.right).toEqual({ right: 1, of: 1, share: 1, misses: [] });
  expect(describeScores(scores)).toContain("  50.0 %, 2 of 4: the recipient is right");
});

test("refuses a folder without corpora", async () => {
  await expect(benchCorpora(join(folder, "nothing"))).rejects.toThrow("There are no corpora in");
});

const CORPORA = process.env["PERMANENCE_CORPORA"] ?? join(import.meta.dirname, "../../../../shared/corpora");

test("the corpora are read well", async (context) => {
  if (!existsSync(CORPORA)) return context.skip(`no corpora in ${CORPORA}`);
  const { bounces, mime } = await benchCorpora(CORPORA);
  expect(bounces.recipientRight.share).toBeGreaterThanOrEqual(0.99);
  expect(bounces.permanentRight.share).toBeGreaterThanOrEqual(0.97);
  expect(bounces.statusRight.share).toBeGreaterThanOrEqual(0.95);
  expect(bounces.falseFailures.misses).toEqual([]);
  expect(mime.reportsInOrdinaryMail.misses).toEqual([]);
});
