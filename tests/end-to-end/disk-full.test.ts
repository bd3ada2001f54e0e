import { randomBytes } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { InboundMail, Ticket } from "../harness/api-types.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { mountSmallDisk } from "../harness/small-disk.ts";
import { type Reply, sendMail } from "../harness/smtp-session.ts";

const MEGABYTE = 2 ** 20;

test("a full disk: mail is asked to come later, what was accepted stays, and with room again all goes on", async (context) => {
  const disk = mountSmallDisk(400);
  if (disk === null) return context.skip("a small file system cannot be mounted here (no root, or a container)");
  onTestFinished(() => disk.remove());
  const desk = await Installation.start({ dataDir: disk.path, environment: { PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());
  const api = await desk.api();

  let sent = 0;
  const accepted: string[] = [];
  const send = async (): Promise<Reply | null> => {
    const subject = `Disque ${++sent}`;
    const raw = plainMail({
      from: "anne@agence.be",
      subject,
      text: randomBytes(700_000)
        .toString("base64")
        .replaceAll(/(.{76})/g, "$1\n"),
    });
    const reply = await sendMail(desk.smtp, { from: "anne@agence.be", to: "helpdesk@whise.eu", raw }).catch(() => null);
    if (reply?.code === 250) accepted.push(subject);
    return reply;
  };

  expect(await send()).toMatchObject({ code: 250 });
  disk.fill(20 * MEGABYTE);
  const refusal = await eventually(
    async () => {
      const reply = await send();
      return reply && reply.code !== 250 && reply;
    },
    { withinMs: 60_000, everyMs: 10, what: "a refusal while the disk is full" },
  );
  expect([451, 452, 421]).toContain(refusal.code);

  disk.free();
  await eventually(async () => (await send())?.code === 250, {
    withinMs: 60_000,
    everyMs: 500,
    what: "an acceptance with room again",
  });
  await eventually(
    async () => {
      const mails = await api.all<InboundMail>("/inbound-mails");
      return mails.length > 0 && mails.every(({ kind }) => kind !== null);
    },
    { withinMs: 60_000, everyMs: 500, what: "the reading of all that was accepted" },
  );
  const subjects = (await api.all<Ticket>("/tickets?state=all")).map(({ subject }) => subject);
  for (const subject of accepted) expect(subjects.filter((each) => each === subject)).toHaveLength(1);
});
