import { join } from "node:path";
import { testDatabase } from "@permanence/database";
import { systemClock, systemRandom } from "@permanence/kernel";
import { SenderDns, startTestDns } from "@permanence/mail";
import { applyDesk, readDeskFolder } from "@permanence/people";
import { TEMPLATES } from "@permanence/tickets";
import { expect, onTestFinished, test } from "vitest";

import { checkIdentity } from "./identity-check.ts";

test("what a domain lacks is said with the record to publish", async () => {
  const { db, close } = await testDatabase();
  onTestFinished(close);
  const files = (await readDeskFolder(join(import.meta.dirname, "../../../examples/whise")))!;
  await applyDesk(db, { clock: systemClock, random: systemRandom }, files, TEMPLATES);
  const server = await startTestDns({
    "relay.example": { A: ["192.0.2.10"] },
    "whise.eu": { MX: ["mx.whise.eu"], TXT: ["v=spf1 -all"] },
  });
  onTestFinished(() => server.close());
  expect(await checkIdentity(db, "whise", "relay.example", new SenderDns([server.server]))).toMatchObject([
    { check: "identity", level: "ok", sentence: "The MX record of whise.eu is in order: mx.whise.eu." },
    { level: "warn", advice: "Publish at whise.eu: v=spf1 a:relay.example -all" },
    { level: "warn", sentence: expect.stringContaining("DMARC record of whise.eu is missing") },
  ]);
});
