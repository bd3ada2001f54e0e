import { createRoute, z } from "@hono/zod-openapi";
import type { DeskId, Tx } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import { apiRouter, deskOf, IsoText, json, problems } from "@permanence/people";
import {
  accountDate,
  type AccountReader,
  accountTitle,
  tellClock,
  type TicketOrigin,
} from "./clock-account-sentences.ts";
import { accountsOf, type ClockAccount } from "./clock-account.ts";
import { readClockEvents } from "./clock-events.ts";
import { refuse } from "./ticket-request.ts";
import { ticketExists } from "./ticket-store.ts";
import { TARGETS } from "./ticket-view.ts";

const Stretch = z.object({ from: IsoText, until: IsoText.nullable() });

const ExplainedClock = z
  .object({
    target: z.enum(TARGETS),
    title: z.string(),
    sentences: z.array(z.string()).openapi({ description: "In the order in which things happened" }),
    startedAt: IsoText,
    dueAt: IsoText,
    stoppedAt: IsoText.nullable(),
    pausedAt: IsoText.nullable(),
    outcome: z.enum(["running", "pending", "met", "breached", "void"]),
    counted: z.array(Stretch).openapi({ description: "What counted of the target, up to the due time" }),
    isCut: z.boolean().openapi({ description: "Whether more of it counted than is listed" }),
    stood: z.array(Stretch.extend({ state: z.string() })).openapi({ description: "When it stood still" }),
    facts: z.array(
      z.object({
        rung: z.enum(["handed-over", "delivered", "displayed", "failed"]),
        at: IsoText,
        moves: z.boolean(),
      }),
    ),
  })
  .openapi("ExplainedClock");
export type ExplainedClock = z.infer<typeof ExplainedClock>;

const Explanation = z.object({ asOf: z.string(), items: z.array(ExplainedClock) }).openapi("ClockExplanation");
export type Explanation = z.infer<typeof Explanation>;

const route = createRoute({
  ...{ method: "get", path: "/tickets/{id}/clocks", tags: ["Tickets"] },
  summary: "Why each clock of a ticket stands where it does",
  request: {
    params: z.object({ id: z.uuid() }),
    query: z.object({
      language: z.enum(["fr", "nl", "en"]).optional().openapi({ description: "Of the sentences; the agent's own" }),
    }),
  },
  responses: { 200: json(Explanation, "The clocks, explained."), ...problems(400, 404) },
});

export function clockRoutes() {
  const routes = apiRouter();
  routes.openapi(route, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const { language = agent.language } = c.req.valid("query");
    const { settings } = await deskOf(c.get("db"), deskId);
    const now = c.get("world").clock.now();
    const reader = { timeZone: settings.timeZone, language };
    const explained = await c.get("db").transaction(deskId, (tx) => explainClocks(tx, deskId, id, now, reader));
    return explained === null ? refuse(c, "not-found") : c.json(explained, 200);
  });
  return routes;
}

/** Every clock of a ticket, with the reasons. Null where there is no such ticket. */
export async function explainClocks(
  tx: Tx,
  deskId: DeskId,
  ticketId: string,
  now: Instant,
  reader: AccountReader,
): Promise<Explanation | null> {
  if (!(await ticketExists(tx, deskId, ticketId))) return null;
  const events = (await readClockEvents(tx, deskId, [ticketId], ["notice-queued"])).get(ticketId)!;
  const origin = await findOrigin(tx, deskId, ticketId);
  const items = accountsOf(events, now).map((account) => explained(account, now, reader, origin));
  return { asOf: accountDate(now, reader), items };
}

async function findOrigin(tx: Tx, deskId: DeskId, ticketId: string): Promise<TicketOrigin> {
  const found = await tx
    .selectFrom("ticket as t")
    .innerJoin("inbound_mail as i", (join) =>
      join
        .onRef("i.desk_id", "=", "t.desk_id")
        .onRef("i.ticket_id", "=", "t.ticket_id")
        .onRef("i.received_at", "=", "t.received_at"),
    )
    .innerJoin("mailbox as b", (join) =>
      join.onRef("b.desk_id", "=", "i.desk_id").onRef("b.mailbox_id", "=", "i.mailbox_id"),
    )
    .select(["i.message_id", "i.inbound_mail_id", "i.remote_ip", "b.address"])
    .where("t.desk_id", "=", deskId)
    .where("t.ticket_id", "=", ticketId)
    .limit(1)
    .executeTakeFirst();
  if (!found) return null;
  const { message_id, inbound_mail_id, remote_ip, address } = found;
  return { messageId: message_id ?? inbound_mail_id, mailbox: address, remoteIp: remote_ip || null };
}

function explained(account: ClockAccount, now: Instant, reader: AccountReader, origin: TicketOrigin): ExplainedClock {
  const { target, state, counted, isCut, stood, facts } = account;
  return {
    target,
    title: accountTitle(account, reader),
    sentences: tellClock(account, now, reader, origin),
    startedAt: toIso(state.startedAt),
    dueAt: toIso(state.dueAt),
    stoppedAt: isoOrNull(state.stoppedAt),
    pausedAt: isoOrNull(state.pausedAt),
    outcome: state.outcome,
    counted: counted.map(({ opensAt, closesAt }) => ({ from: toIso(opensAt), until: toIso(closesAt) })),
    isCut,
    stood: stood.map(({ from, until, state: name }) => ({ from: toIso(from), until: isoOrNull(until), state: name })),
    facts: facts.map(({ rung, at, moves }) => ({ rung, at: toIso(at), moves })),
  };
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
