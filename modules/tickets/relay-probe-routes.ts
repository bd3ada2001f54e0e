import { createRoute, z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { apiRouter, deskOf, IsoText, json, jsonBody, problem, problems } from "@permanence/people";
import { findLatestProbe, startProbe } from "./relay-probe.ts";

const ProbeView = z
  .object({
    id: z.string(),
    mailbox: z.string(),
    startedAt: IsoText,
    sending: z.enum(["queued", "sent", "failed"]).openapi({ description: "Whether the relay took the mail" }),
    error: z.string().nullable(),
    arrived: z
      .object({
        at: IsoText,
        returnPathKept: z.boolean(),
        messageIdKept: z.boolean(),
        selectors: z
          .array(z.string())
          .openapi({ description: 'Of the signatures on it: "selector._domainkey.domain"' }),
      })
      .nullable()
      .openapi({ description: "How our mail looked when it came back to us; null: not yet" }),
    success: z.object({ at: IsoText, outcome: z.string(), toReturnAddress: z.boolean() }).nullable().openapi({
      description: "The report on that mail's delivery (RFC 3461); null: not yet",
    }),
    failure: z.object({ at: IsoText, toReturnAddress: z.boolean() }).nullable().openapi({
      description: "The report on a mail to nobody; null: not yet",
    }),
  })
  .openapi("RelayProbe");

const latestRoute = createRoute({
  method: "get",
  path: "/relay-probes/latest",
  tags: ["Mail"],
  summary: "What came back of the newest probe of the relay",
  responses: { 200: json(ProbeView, "The probe."), ...problems(404) },
});

const startRoute = createRoute({
  method: "post",
  path: "/relay-probes",
  tags: ["Mail"],
  summary: "Send mails that show whether return path, signed address and reports survive the relay",
  request: { body: jsonBody(z.strictObject({ mailbox: z.string().max(320) })) },
  responses: { 201: json(ProbeView, "The probe, begun."), ...problems(409, 422) },
});

/** @param outgoing whether mail leaves at all */
export function relayProbeRoutes({ outgoing }: { outgoing: "smtp" | "mailroom" }) {
  const routes = apiRouter();

  routes.openapi(latestRoute, async (c) => {
    const { deskId } = c.get("session");
    const found = await c.get("db").transaction(deskId, (tx) => findLatestProbe(tx, deskId));
    return found === null ? problem(c, 404, "Not found", "No probe was sent yet.") : c.json(show(found), 200);
  });

  routes.openapi(startRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    if (outgoing === "mailroom")
      return problem(c, 409, "No relay", "No relay is set, so no mail leaves. Nothing was sent.");
    const desk = await deskOf(c.get("db"), deskId);
    const mailbox = c.req.valid("json").mailbox.toLowerCase();
    if (!desk.settings.mailboxes.some(({ address }) => address === mailbox))
      return problem(c, 422, "Not a mailbox", "A probe goes to a mailbox of this desk. Nothing was sent.");
    const acting = { world: c.get("world"), desk, agent };
    const row = await c.get("db").transaction(deskId, (tx) => startProbe(tx, acting, mailbox));
    return c.json(show({ ...row, state: "queued", last_error: null }), 201);
  });

  return routes;
}

type Found = NonNullable<Awaited<ReturnType<typeof findLatestProbe>>>;

function show(row: Found): z.infer<typeof ProbeView> {
  const { arrived, success, failure } = row.findings;
  return {
    id: row.probe_id,
    mailbox: row.mailbox,
    startedAt: toIso(row.started_at),
    sending: row.state,
    error: row.last_error,
    arrived: arrived ? { ...arrived, at: toIso(arrived.at) } : null,
    success: success ? { ...success, at: toIso(success.at) } : null,
    failure: failure ? { ...failure, at: toIso(failure.at) } : null,
  };
}
