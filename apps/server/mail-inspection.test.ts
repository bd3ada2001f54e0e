import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Authentication,
  openMailReader,
  openSanitiser,
  type SenderChecks,
  type SenderClaim,
} from "@permanence/mail";
import { afterAll, expect, test } from "vitest";
import { inspectFile, type Inspectors } from "./mail-inspection.ts";

const folder = mkdtempSync(join(tmpdir(), "permanence-inspection-"));
const inspectors: Inspectors = { reader: openMailReader(), sanitiser: openSanitiser(), languages: ["fr", "nl", "en"] };
afterAll(async () => {
  await Promise.all([inspectors.reader.close(), inspectors.sanitiser.close()]);
  rmSync(folder, { recursive: true });
});

function inspect(name: string, contents: string | Uint8Array) {
  const file = join(folder, name);
  writeFileSync(file, contents);
  return inspectFile(file, inspectors);
}

test("shows what a trusted server says of the sender, and nothing where none does", async () => {
  const field = "Authentication-Results: mx.agence.be; dkim=pass header.d=agence.be; dmarc=pass header.from=agence.be";
  const file = join(folder, "results.eml");
  writeFileSync(file, [field, "From: ann@agence.be", "Subject: x", "", "Text"].join("\r\n"));
  expect(await inspectFile(file, { ...inspectors, trusted: ["mx.agence.be"] })).toMatchObject({
    authentication: {
      ...{ spf: "none", dkim: "pass", dmarc: "pass", arc: "none" },
      ...{ by: "mx.agence.be", domain: "agence.be" },
    },
  });
  for (const others of [inspectors, { ...inspectors, trusted: ["mx.elsewhere.be"] }])
    expect(await inspectFile(file, others)).not.toHaveProperty("authentication");
});

test("shows what signatures prove where the DNS tells of them", async () => {
  const file = join(folder, "signed.eml");
  const asked: SenderClaim[] = [];
  const verdict = (dkim: Authentication["dkim"]): SenderChecks => ({
    async close() {},
    check(_, claim) {
      asked.push(claim);
      const by = { policy: null, by: "ourselves", domain: "agence.be" };
      return Promise.resolve({ spf: "none", dkim, dmarc: "none", arc: "none", ...by });
    },
  });
  const inspectWith = (senders: SenderChecks) => inspectFile(file, { ...inspectors, senders });
  const lines = ["From: ann@agence.be", "Date: Mon, 1 Jun 2026 10:00:00 +0200", "", "DKIM-Signature: of another mail"];
  writeFileSync(file, lines.join("\r\n"));
  expect(await inspectWith(verdict("pass"))).not.toHaveProperty("authentication");
  expect(asked).toEqual([]);
  writeFileSync(file, ["DKIM-Signature: v=1; d=agence.be", ...lines].join("\r\n"));
  expect(await inspectWith(verdict("pass"))).toMatchObject({ authentication: { dkim: "pass" } });
  expect(await inspectWith(verdict("temperror"))).not.toHaveProperty("authentication");
  expect(asked[0]).toEqual({ author: "ann@agence.be", receivedAt: Date.UTC(2026, 5, 1, 8), connection: null });
});

test("shows a mail as it is read, its page made safe", async () => {
  const lines = [
    "From: Ann <ann@agence.be>",
    "To: helpdesk@desk.example",
    "Subject: Vraag",
    "Date: Mon, 1 Jun 2026 10:00:00 +0200",
    "Message-ID: <1@agence.be>",
    "In-Reply-To: <0@desk.example>",
    "Content-Type: multipart/related; boundary=b",
    "",
    "--b",
    "Content-Type: text/html; charset=utf-8",
    "",
    '<p onclick="x()">Het werkt nog steeds niet.</p><img src="cid:a@b"><img src="https://x.example/">',
    "--b",
    "Content-Type: image/png; name=a.png",
    "Content-ID: <a@b>",
    "Content-Transfer-Encoding: base64",
    "",
    "iVBORw0KGgo=",
    "--b--",
  ];
  expect(await inspect("a.eml", lines.join("\r\n"))).toEqual({
    file: join(folder, "a.eml"),
    kind: "reply",
    automatic: null,
    absentUntil: null,
    delivery: [],
    report: null,
    from: { name: "Ann", address: "ann@agence.be" },
    to: [{ name: "", address: "helpdesk@desk.example" }],
    cc: [],
    subject: "Vraag",
    date: "2026-06-01T08:00:00.000Z",
    messageId: "1@agence.be",
    inReplyTo: "0@desk.example",
    references: [],
    text: "Het werkt nog steeds niet.",
    reply: "Het werkt nog steeds niet.",
    html: '<div><p>Het werkt nog steeds niet.</p><img src="cid:a@b"><img></div>',
    attachments: [
      {
        name: "a.png",
        type: "image/png",
        sizeBytes: 8,
        sha256: "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6",
        inline: true,
      },
    ],
    language: "nl",
    warnings: [],
  });
});

test("shows what a report says of each recipient, in its order", async () => {
  const lines = [
    "From: MAILER-DAEMON@mx.example",
    "Subject: Undelivered",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    "",
    "--b",
    "Content-Type: message/delivery-status",
    "",
    "Reporting-MTA: dns; mx.example",
    "Original-Envelope-Id: id+2B1",
    "",
    "Final-Recipient: rfc822; ann@agence.be",
    "Action: failed",
    "Status: 5.1.1",
    "Diagnostic-Code: smtp; 550 5.1.1 unknown user",
    "",
    "Final-Recipient: rfc822; bob@agence.be",
    "Action: delivered",
    "Status: 2.0.0",
    "--b",
    "Content-Type: text/rfc822-headers",
    "",
    "Message-ID: <1@desk.example>",
    "To: ann@agence.be, bob@agence.be",
    "--b--",
  ];
  expect(await inspect("report.eml", lines.join("\r\n"))).toMatchObject({
    kind: "report",
    delivery: [
      { recipient: "ann@agence.be", outcome: "failed", status: "5.1.1", replyCode: "550", permanent: true },
      { recipient: "bob@agence.be", outcome: "delivered", status: "2.0.0", replyCode: "", permanent: false },
    ],
    report: { about: "delivery", reportingMta: "mx.example", envelopeId: "id+1", originalMessageId: "1@desk.example" },
  });
});

test("shows which machine answered, and until when", async () => {
  const lines = ["From: ann@agence.be", "Subject: Automatic reply: x", "", "Away until 4 December 2026."];
  expect(await inspect("away.eml", lines.join("\r\n"))).toMatchObject({
    kind: "auto-reply",
    automatic: "out-of-office",
    absentUntil: "2026-12-04",
  });
});

test("shows what cannot be read as quarantined, with the reason", async () => {
  const nested = Array.from(
    { length: 100 },
    (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`,
  );
  expect(await inspect("bomb.eml", nested.join(""))).toMatchObject({
    kind: "quarantined",
    automatic: null,
    delivery: [],
    from: null,
    text: "",
    attachments: [],
    warnings: ["Its parts nest more than 50 levels deep."],
  });
});

test.each([
  ["nothing", ""],
  ["zeros", new Uint8Array(1000)],
  ["noise", Uint8Array.from({ length: 1000 }, (_, i) => (i * 7919) % 256)],
])("shows a mail for %s", async (name, contents) => {
  expect(await inspect(name, contents)).toMatchObject({ kind: "quarantined" });
});

test("says of a file that cannot be opened why", async () => {
  expect(await inspectFile(join(folder, "missing"), inspectors)).toEqual({
    unopened: `${join(folder, "missing")} cannot be opened: there is no such file.`,
  });
  expect(await inspectFile(folder, inspectors)).toEqual({ unopened: `${folder} cannot be opened: it is a folder.` });
});

test("a mail that nobody could be answered for is what intake makes of it", async () => {
  const without = await inspect("from.eml", "To: helpdesk@desk.example\r\nSubject: Qui ?\r\n\r\nAidez-moi.\r\n");
  expect(without).toMatchObject({
    ...{ kind: "quarantined", subject: "Qui ?", text: "Aidez-moi.\n" },
    warnings: expect.arrayContaining(["It names no sender that could be answered."]),
  });
  const automatic = await inspect("auto.eml", "Auto-Submitted: auto-replied\r\nSubject: Absent\r\n\r\nAbsent.\r\n");
  expect(automatic).toMatchObject({ kind: "auto-reply" });
});
