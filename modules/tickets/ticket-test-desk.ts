import { type Db, type DeskId, putBlob, testDatabase } from "@permanence/database";
import { fromIso, newId, seededRandom, VirtualClock, type World } from "@permanence/kernel";
import { appendEvidence, type Evidence, findOutgoingMail, type InboundMailRow, openMailReader } from "@permanence/mail";
import { applyDesk, type Desk, deskOf } from "@permanence/people";
import { openInboundMailReading } from "./inbound-mail-reading.ts";
import { outboxHooks } from "./outbox-hooks.ts";
import { TEMPLATES } from "./template.ts";

// For tests: a desk on a real database, mail read by the real reader, and a clock that the test moves.

export const START = fromIso("2026-11-23T13:02:01Z")!; // A Monday, 14:02 in Brussels.

const DESK_YAML = `
slug: essai
name: Essai
languages: [fr, nl, en]
timeZone: Europe/Brussels
mailboxes:
  - { address: aide@desk.example, name: Aide }
  - { address: info@desk.example, name: Info }
  - { address: vu@desk.example, name: Vu, trustedAuthenticators: [mx.desk.example] }
company: { name: Essai SA }
calendars: { hours: { week: { mon: [["09:00", "18:00"]], tue: [["09:00", "18:00"]] } } }
workingCalendar: hours
finalHops: [final.agence.example]
policy:
  urgent: { target: 1 h, demands: delivered, waiting: 15 min }
  high: { target: 4 h, demands: presumed, waiting: 15 min }
  normal: { target: 24 h, demands: presumed, waiting: 15 min }
  low: { target: 24 h, demands: presumed, waiting: 15 min }
`;

export type TestDesk = Awaited<ReturnType<typeof openTestDesk>>;

/** @param more what desk.yaml says beside the usual */
export async function openTestDesk(more = "") {
  const { db, close } = await testDatabase();
  const clock = new VirtualClock(START);
  const world: World = { clock, random: seededRandom("tickets") };
  const applied = await applyDesk(db, world, { deskYaml: `${DESK_YAML}${more}`, templates: [] }, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const { deskId } = applied;
  const desk: Desk = await deskOf(db, deskId);
  const reader = openMailReader({ log: () => {} });
  const reading = { db, world, reader, caps: true };
  const readInboundMail = openInboundMailReading(reading);
  return {
    ...{ db, world, clock, desk, deskId, reading, readInboundMail },
    /** A mail as SMTP keeps it, read to its end. @param to where the envelope sent it */
    async receive(raw: string, to = "aide@desk.example"): Promise<InboundMailRow> {
      const inboundMailId = await keep(db, world, deskId, raw, to);
      await readInboundMail({ deskId, inboundMailId, sizeBytes: raw.length });
      return db.transaction(deskId, (tx) =>
        tx
          .selectFrom("inbound_mail")
          .selectAll()
          .where("inbound_mail_id", "=", inboundMailId)
          .executeTakeFirstOrThrow(),
      );
    },
    keep: (raw: string, to = "aide@desk.example") => keep(db, world, deskId, raw, to),
    /** What the outbox records when the relay has taken a mail, or a report has come back for it. */
    async learn(outgoingMailId: string, rung: Evidence["rung"]): Promise<void> {
      await db.transaction(deskId, async (tx) => {
        const mail = (await findOutgoingMail(tx, deskId, outgoingMailId))!;
        const hooks = outboxHooks(world);
        const evidence: Evidence = {
          ...{ ticketId: mail.ticket_id!, outgoingMailId, rung, at: clock.now(), datedAt: null },
          ...(rung === "handed-over" ? { source: "relay", detail: "250 taken" } : { source: "dsn", detail: "" }),
        };
        appendEvidence(tx, world, deskId, evidence);
        await hooks.onEvidence(tx, deskId, [{ mail, evidence }]);
      });
    },
    async close() {
      await reader.close();
      await close();
    },
  };
}

async function keep(db: Db, world: World, deskId: DeskId, raw: string, to: string): Promise<string> {
  const bytes = Buffer.from(raw.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n"));
  const inboundMailId = newId(world);
  await db.transaction(deskId, async (tx) => {
    const sha256 = putBlob(tx, deskId, bytes);
    const { mailbox_id } = await tx
      .selectFrom("mailbox")
      .select("mailbox_id")
      .where("address", "=", to.replace(/\+[^@]*/, ""))
      .executeTakeFirstOrThrow();
    await tx
      .insertInto("inbound_mail")
      .values({
        ...{ desk_id: deskId, inbound_mail_id: inboundMailId, mailbox_id, received_at: world.clock.now() },
        ...{ envelope_from: "bounce@agence.example", envelope_to: [to], remote_ip: "127.0.0.1" },
        ...{ size_bytes: bytes.length, sha256 },
      })
      .execute();
  });
  return inboundMailId;
}

/** A mail as people write them. */
export function mail(parts: {
  id?: string;
  from?: string;
  to?: string;
  subject?: string;
  headers?: string[];
  text?: string;
}): string {
  const { id = "m1@agence.example", from = "Léa Dubois <lea@agence.example>", to = "aide@desk.example" } = parts;
  const {
    subject = "Le filtre de la liste oublie notre choix",
    headers = [],
    text = "Bonjour, le filtre de la liste oublie notre choix à chaque visite. Rien de bloquant, pouvez-vous regarder ?",
  } = parts;
  return [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${id}>`,
    "Date: Mon, 23 Nov 2026 14:02:00 +0100",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    ...headers,
    "",
    text,
  ].join("\n");
}

export async function blockSenderForTest({ db, deskId, clock }: TestDesk, address: string): Promise<void> {
  await db.transaction(deskId, async (tx) => {
    const agent = { desk_id: deskId, agent_id: deskId, email: "a@desk.example", name: "A", role: "lead" as const };
    await tx
      .insertInto("agent")
      .values({ ...agent, language: "fr", created_at: clock.now(), disabled_at: null })
      .execute();
    const blocked = { desk_id: deskId, address, blocked_by: deskId, blocked_at: clock.now() };
    await tx.insertInto("blocked_sender").values(blocked).execute();
  });
}
