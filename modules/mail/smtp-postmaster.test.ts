import { type Db, testDatabase, type TestDatabase } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTestDesk, testWorld, type TestDesk } from "./mail-test-desk.ts";
import { openRecipients } from "./smtp-recipients.ts";
import { startSmtpIntake } from "./smtp-intake.ts";
import { TestClient } from "./smtp-test-client.ts";

let database: TestDatabase;
let db: Db;
let first: TestDesk;
let second: TestDesk;
const world = testWorld(systemClock, "postmaster");
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  first = await makeTestDesk(db, world, "help@desk.example");
  second = await makeTestDesk(db, world, "help@other.example");
});
afterAll(() => database.close());

test.each([
  ["postmaster@desk.example", () => first],
  ["Postmaster@OTHER.example", () => second],
  ["postmaster+x@other.example", () => second],
  ["postmaster", () => first],
  ["postmaster@elsewhere.example", () => null],
  ["postmasters@desk.example", () => null],
])("mail to %s is for the desk of that domain", async (address, meant) => {
  const found = await openRecipients(db, systemClock)(address);
  expect(found?.mailboxId ?? null).toBe(meant()?.mailboxId ?? null);
});

test("a postmaster that is a mailbox of its own stays it", async () => {
  const own = await makeTestDesk(db, world, "postmaster@desk.example");
  expect(await openRecipients(db, systemClock)("postmaster@desk.example")).toMatchObject({ mailboxId: own.mailboxId });
});

test("over SMTP, with a domain and without", async () => {
  const intake = await startSmtpIntake({ db, world, host: "127.0.0.1", port: 0, log: () => {} });
  const client = await TestClient.greet(intake.port);
  expect(await client.mail(["postmaster@other.example"], "Subject: x\r\n\r\nx\r\n")).toMatch(/^250 /);
  expect(await client.mail(["Postmaster"], "Subject: x\r\n\r\nx\r\n")).toMatch(/^250 /);
  await intake.close();
});
