import { announce, type Db, type DeskId, type Tx } from "@permanence/database";
import { type Instant, instant, type World } from "@permanence/kernel";
import { queueMail } from "@permanence/mail";
import { type Agent, type Desk, deskOf, listAgents } from "@permanence/people";
import { sql } from "kysely";
import type { AlertRow } from "./alert-store.ts";
import { alertSentence, alertSubject } from "./alert-words.ts";
import { accentOf, templateOf } from "./notice.ts";
import { answeringMailbox } from "./own-mailboxes.ts";
import { renderTemplate } from "./template.ts";

/** Of one kind a mail at a time: the first at once, what follows within this gathered in the next. */
const SPACING_MS = 5 * 60_000;
const MOST_IN_A_MAIL = 20;

/** Mails alerts that nobody was told of yet, by the relay: whatever mailbox is failing, this goes another way.
 *  @param page where alerts stand; null where nobody knows the site's address */
export async function mailAlerts(db: Db, world: World, deskId: DeskId, page: string | null): Promise<void> {
  const now = world.clock.now();
  const desk = await deskOf(db, deskId);
  await db.transaction(deskId, async (tx) => {
    const alerts = await takeUnmailed(tx, deskId, now);
    if (alerts.length === 0) return;
    announce(tx, deskId, { type: "alert" });
    for (const agent of await listAgents(tx, deskId)) {
      const meant = alerts.filter((alert) => isMeantFor(alert, agent));
      if (meant.length > 0) await queueAlertMail(tx, world, desk, agent, meant, page);
    }
  });
}

/** Locked until the transaction ends, and marked as mailed if it commits. */
async function takeUnmailed(tx: Tx, deskId: DeskId, now: Instant): Promise<AlertRow[]> {
  const { rows } = await sql<AlertRow>`
    update alert set mailed_at = ${now}
    where desk_id = ${deskId} and alert_id in (
      select a.alert_id from alert a
      where a.desk_id = ${deskId} and a.mailed_at is null and not exists (
        select from alert earlier where earlier.desk_id = a.desk_id and earlier.kind = a.kind
          and earlier.mailed_at > ${instant(now - SPACING_MS)})
      order by a.raised_at limit 500 for update skip locked)
    returning *`.execute(tx);
  return rows.toSorted((a, b) => a.raised_at - b.raised_at);
}

const ADMINS_ONLY = new Set<AlertRow["kind"]>(["mailbox-failing", "relay-away", "clock-disagrees"]);

/** What an operator must mend goes to admins; what the desk's work needs to leads and admins, and to whom the ticket is with. */
function isMeantFor({ kind, detail }: AlertRow, { id, role }: Agent): boolean {
  if (role === "admin" || detail.assigneeId === id) return true;
  return role === "lead" && !ADMINS_ONLY.has(kind);
}

async function queueAlertMail(tx: Tx, world: World, desk: Desk, agent: Agent, alerts: AlertRow[], page: string | null) {
  const { language } = agent;
  const told = alerts.slice(0, MOST_IN_A_MAIL).map((alert) => `- ${alertSentence(alert, language)}`);
  if (alerts.length > MOST_IN_A_MAIL) told.push(`- + ${alerts.length - MOST_IN_A_MAIL}`);
  const values = {
    ...{ name: agent.name, deskName: desk.name, link: page ?? "/alerts" },
    ...{ summary: alertSubject(desk.name, alerts, language), list: told.join("\n") },
  };
  const look = { language, deskName: desk.name, accent: accentOf(desk) };
  await queueMail(tx, world, desk.deskId, {
    ...{ purpose: "alert", ticketId: null, contactId: null, replyToken: null, inReplyTo: null, references: [] },
    mailbox: answeringMailbox(desk, []),
    fromName: desk.name,
    to: { address: agent.email, name: agent.name },
    ...renderTemplate(templateOf(desk, "alert", language), values, look),
    ...{ language, automatic: "auto-generated", requestMdn: false, urgency: "high" },
  });
}
