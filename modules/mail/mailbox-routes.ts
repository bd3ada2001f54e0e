import { createRoute, z } from "@hono/zod-openapi";
import { type Instant, toIso } from "@permanence/kernel";
import { apiRouter, deskOf, IsoText, json } from "@permanence/people";
import { listMailboxHealth } from "./imap-mailbox-store.ts";

const MailboxView = z
  .object({
    address: z.string(),
    name: z.string(),
    kind: z.enum(["smtp", "imap"]).openapi({ description: "Whether mail is brought (SMTP) or fetched (IMAP)" }),
    state: z.enum(["connected", "failing", "unknown"]).openapi({ description: "unknown: brought, or not opened yet" }),
    lastContactAt: IsoText.nullable(),
    lastMailAt: IsoText.nullable().openapi({ description: "When the newest mail that was fetched was received" }),
    error: z.string().nullable(),
    errorSince: IsoText.nullable(),
    leftBehind: z.number().int().openapi({ description: "Messages left on the server: too large, or not given by it" }),
    takenFrom: IsoText.nullable().openapi({ description: "From when mail becomes tickets; null until it was opened" }),
    history: z
      .object({ from: IsoText, imported: z.number().int(), done: z.boolean() })
      .nullable()
      .openapi({ description: "Older mail that is imported as history; null where it is left" }),
  })
  .openapi("Mailbox");

const listRoute = createRoute({
  method: "get",
  path: "/mailboxes",
  tags: ["Mail"],
  summary: "The desk's mailboxes, and whether their mail can be fetched",
  responses: { 200: json(z.object({ items: z.array(MailboxView) }), "All of them, in the desk's order.") },
});

/** Where the desk receives mail, and how that goes. */
export function mailboxRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { settings } = await deskOf(c.get("db"), deskId);
    const rows = await c.get("db").transaction(deskId, (tx) => listMailboxHealth(tx, deskId));
    const items = settings.mailboxes.map(({ address, name, imap }) => {
      const health = rows.find((row) => row.address === address);
      return { address, name, ...(imap ? showHealth(health) : BROUGHT) };
    });
    return c.json({ items }, 200);
  });

  return routes;
}

type Health = Awaited<ReturnType<typeof listMailboxHealth>>[number];
type View = Omit<z.infer<typeof MailboxView>, "address" | "name">;

const NOTHING_KNOWN = {
  ...{ lastContactAt: null, lastMailAt: null, error: null, errorSince: null, leftBehind: 0 },
  ...{ takenFrom: null, history: null },
};
const BROUGHT: View = { kind: "smtp", state: "unknown", ...NOTHING_KNOWN };

function showHealth(health: Health | undefined): View {
  if (!health) return { kind: "imap", state: "unknown", ...NOTHING_KNOWN };
  const { error, last_contact_at: lastContactAt, history_from, history_taken, history_done } = health;
  return {
    kind: "imap",
    state: error !== null ? "failing" : lastContactAt === null ? "unknown" : "connected",
    lastContactAt: iso(lastContactAt),
    lastMailAt: iso(health.last_mail_at),
    error,
    errorSince: iso(health.error_since),
    leftBehind: health.left_behind ?? 0,
    takenFrom: health.source ? iso(health.take_from) : null,
    history:
      history_from === null
        ? null
        : { from: toIso(history_from), imported: history_taken ?? 0, done: history_done ?? false },
  };
}

function iso(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}
