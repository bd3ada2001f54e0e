import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { putBlob, testDatabase } from "@permanence/database";
import { instant, newId, systemClock, systemRandom } from "@permanence/kernel";
import { startSmtpIntake } from "@permanence/mail";
import { applyDesk, readDeskFolder } from "@permanence/people";
import { TEMPLATES } from "@permanence/tickets";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { readConfiguration } from "../configuration.ts";
import { announceService } from "../running-service.ts";
import { examine } from "./examination.ts";

test("where there is no installation, that is all that is said, and none is made", async () => {
  const folder = join(temporaryFolder(), "nothing");
  const findings = await examine(readConfiguration(folder, {}), null);
  expect(findings).toMatchObject([{ check: "database", level: "fail", advice: expect.stringContaining("--data") }]);
  expect(existsSync(folder)).toBe(false);
});

test("of a migrated database without a desk, only the desk is missing", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const findings = await examine(readConfiguration(temporaryFolder(), { DATABASE_URL: url }), null);
  const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
  // The tests' server runs without fsync, which an installation must not.
  expect(levels).toMatchObject({ database: "fail", clock: "ok", migrations: "ok", desks: "fail", relay: "warn" });
});

test("a database that does not answer fails by its reason, without its password", async () => {
  const url = "postgres://permanence:s3cret@127.0.0.1:1/permanence";
  const findings = await examine(readConfiguration(temporaryFolder(), { DATABASE_URL: url }), null);
  expect(findings).toContainEqual(expect.objectContaining({ check: "database", level: "fail" }));
  expect(JSON.stringify(findings)).not.toContain("s3cret");
});

test("the running service is found, with its own relay, and a desk that does not exist is refused", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  const world = { clock: systemClock, random: systemRandom };
  const files = (await readDeskFolder(join(import.meta.dirname, "../../../examples/whise")))!;
  await applyDesk(db, world, files, TEMPLATES);
  const configuration = readConfiguration(temporaryFolder(), {
    ...{ PERMANENCE_SMTP_RELAY: "smtp://u:s3cret@127.0.0.1:1", PERMANENCE_ROLES: "mail,jobs" },
  });
  const intake = await startSmtpIntake({ db, world, host: "127.0.0.1", port: 0, log: () => {} });
  onTestFinished(() => intake.close());
  const service = { webPort: null, smtpPort: intake.port, stop: async () => {} };
  const announced = await announceService({ url, configuration, service }, world);
  onTestFinished(() => announced.stop());

  const ours = readConfiguration(temporaryFolder(), { DATABASE_URL: url });
  const findings = await examine(ours, "whise");
  const of = (check: string) => findings.filter((finding) => finding.check === check);
  expect(of("service")).toMatchObject([
    { level: "ok", sentence: expect.stringContaining("with the roles mail, jobs") },
    { level: "fail", advice: expect.stringContaining("--roles web") },
  ]);
  expect(of("smtp")).toMatchObject([{ level: "ok", sentence: expect.stringContaining('answers "220 ') }]);
  expect(of("relay")).toMatchObject([
    { level: "fail", sentence: expect.stringContaining("u@127.0.0.1:1 does not take") },
  ]);
  expect(of("mailboxes")).toMatchObject([{ level: "ok", sentence: expect.stringContaining("helpdesk@whise.eu") }]);
  expect(of("incoming")).toMatchObject([{ level: "ok" }]);
  expect(of("outgoing")).toMatchObject([{ level: "ok", sentence: expect.stringContaining("all mail that is due") }]);
  expect(JSON.stringify(findings)).not.toContain("s3cret");
  for (const { level, advice } of findings) expect(advice === null).toBe(level === "ok");

  await expect(examine(ours, "nope")).rejects.toThrow('There is no desk "nope"');
});

test("mail that waits too long is told with its age and with what the relay said", async () => {
  const { db, url, close } = await testDatabase();
  onTestFinished(close);
  const world = { clock: systemClock, random: systemRandom };
  const files = (await readDeskFolder(join(import.meta.dirname, "../../../examples/whise")))!;
  const applied = await applyDesk(db, world, files, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const { deskId } = applied;
  await db.transaction(deskId, async (tx) => {
    const sha256 = putBlob(tx, deskId, Buffer.from("x"));
    const { mailbox_id } = await tx.selectFrom("mailbox").select("mailbox_id").executeTakeFirstOrThrow();
    const longAgo = instant(systemClock.now() - 3_600_000);
    await sql`insert into inbound_mail (desk_id, inbound_mail_id, mailbox_id, received_at, envelope_from, envelope_to,
      remote_ip, size_bytes, sha256) values (${deskId}, ${newId(world)}, ${mailbox_id}, ${longAgo}, '', '{}', '', 1, ${sha256})`.execute(
      tx,
    );
    await sql`insert into outgoing_mail (desk_id, outgoing_mail_id, purpose, state, to_address, subject, message_id,
      return_token, envelope_from, mime_sha256, created_at, attempts, next_attempt_at, last_error, urgency) values (${deskId},
      ${newId(world)}, 'notice', 'queued', 'a@b.be', '', '', 't', '', ${sha256}, ${longAgo}, 3, ${longAgo}, '450 later', 'usual')`.execute(
      tx,
    );
  });
  const settings = { DATABASE_URL: url, PERMANENCE_SMTP_RELAY: "smtp://127.0.0.1:1" };
  const findings = await examine(readConfiguration(temporaryFolder(), settings), null);
  const sentences = (check: string) => findings.filter((each) => each.check === check).map(({ sentence }) => sentence);
  expect(sentences("incoming")).toEqual(["whise has 1 mail unread, the oldest since 60 min."]);
  expect(sentences("outgoing")).toEqual([
    "whise has 1 mail to send, the oldest due since 60 min.",
    "whise tried 1 mail in vain, the oldest of 60 min ago. The relay said of it: 450 later",
  ]);
  expect(sentences("service")).toEqual(["`start` does not run: no mail is taken, read or sent."]);
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "permanence-doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
