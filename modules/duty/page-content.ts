import type { Tx } from "@permanence/database";
import { assert, toIso } from "@permanence/kernel";
import type { Agent, Desk } from "@permanence/people";
import { findAgent } from "@permanence/people";
import { sql } from "kysely";
import type { PageRow } from "./duty-tables.ts";
import { pageWords } from "./page-words.ts";

/** A page written out for its reader and for programs. */
export type PageContent = {
  pageId: string;
  callOutId: string;
  agent: Agent;
  title: string;
  text: string;
  /** What the button that acknowledges says. */
  acknowledge: string;
  /** For people: one tap acknowledges. */
  url: string;
  /** For programs: an empty POST acknowledges. */
  acknowledgeUrl: string;
  data: object;
};

type About = {
  number: number;
  subject: string;
  priority: string;
  receivedAt: number;
  customer: string;
  organisation: string | null;
  ticketId: string;
  others: number;
};

/** What a page says. The agent who left the desk meanwhile still has a name in it. */
export async function pageContent(tx: Tx, desk: Desk, pageId: string, siteUrl: string): Promise<PageContent> {
  const { deskId } = desk;
  const page = await tx
    .selectFrom("page")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("page_id", "=", pageId)
    .executeTakeFirst();
  assert(page !== undefined, "a delivery has a page");
  const agent = (await findAgent(tx, deskId, page.agent_id)) ?? NOBODY;
  return contentOf(desk, page, agent, await findAbout(tx, page), siteUrl);
}

const NOBODY: Agent = { id: "", name: "", email: "", role: "agent", language: "en" };

function contentOf(desk: Desk, page: PageRow, agent: Agent, about: About | null, siteUrl: string): PageContent {
  const { page_id: pageId, call_out_id: callOutId, token, kind, level, step } = page;
  const customer = [about?.customer, about?.organisation].filter((name) => name).join(", ");
  const subject = {
    ...{ kind, number: about?.number ?? null, title: about?.subject ?? "", customer },
    ...{ receivedAt: (about?.receivedAt ?? null) as PageRow["made_at"] | null, timeZone: desk.settings.timeZone },
  };
  const { title, text, acknowledge } = pageWords(subject, agent.language);
  const url = `${siteUrl}/pages/${desk.slug}/${token}`;
  const acknowledgeUrl = `${siteUrl}/api/v1/desks/${desk.slug}/pages/${token}/acknowledgement`;
  const ticket = about && {
    ...{ id: about.ticketId, number: about.number, subject: about.subject, priority: about.priority },
    ...{ receivedAt: toIso(about.receivedAt as PageRow["made_at"]), customer },
    others: about.others,
  };
  const { name, email, language } = agent;
  const person = { name, email, language };
  const data = { pageId, callOutId, kind, level, step, agent: person, ticket, title, text, url, acknowledgeUrl };
  return { pageId, callOutId, agent, title, text, acknowledge, url, acknowledgeUrl, data };
}

/** The first ticket of the call-out, and how many others there are; null for a canary. */
async function findAbout(tx: Tx, { desk_id, call_out_id }: PageRow): Promise<About | null> {
  const { rows } = await sql<About>`
    select t.ticket_id as "ticketId", t.number, t.subject, t.priority, t.received_at as "receivedAt", c.name as customer,
      g.name as organisation, (count(*) over () - 1)::int as others
    from call_out_ticket o
    join ticket t on t.desk_id = o.desk_id and t.ticket_id = o.ticket_id
    join contact c on c.desk_id = t.desk_id and c.contact_id = t.contact_id
    left join organisation g on g.desk_id = t.desk_id and g.organisation_id = t.organisation_id
    where o.desk_id = ${desk_id} and o.call_out_id = ${call_out_id}
    order by o.joined_at, o.ticket_id limit 1`.execute(tx);
  return rows[0] ?? null;
}
