import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { type Db, isTemporaryFailure, type Log } from "@permanence/database";
import { dutyRoutes } from "@permanence/duty";
import { feedbackRoutes, forgetContact, readOwnFeedback } from "@permanence/feedback";
import type { World } from "@permanence/kernel";
import {
  inboundMailRoutes,
  mailboxContentsRoutes,
  type MailboxContentsOptions,
  mailboxRoutes,
  type MailReader,
  outgoingMailRoutes,
  sendingIdentityRoutes,
  type Sanitiser,
} from "@permanence/mail";
import { type ApiContext, type ApiEnv, json, mayDo, peopleRoutes, problem } from "@permanence/people";
import { proofRoutes } from "@permanence/proof";
import { ratingReportRoutes, reportRoutes } from "@permanence/reports";
import {
  queueCustomerSignInMail,
  queueInvitation,
  queueSignInMail,
  ticketRoutes,
  type WatchDesk,
} from "@permanence/tickets";
import type { Context } from "hono";
import { limitBody } from "./api-body-limit.ts";
import { describeApi } from "./api-document.ts";
import { setHeaders } from "./api-headers.ts";
import { answerNoRoute } from "./api-methods.ts";
import { recordOnAudit } from "./api-audit.ts";
import { requirePermission } from "./api-permissions.ts";
import { findSession, requireSession } from "./api-session.ts";
import { type LiveEvents, streamLiveEvents } from "./live-events.ts";

export type ApiOptions = {
  db: Db;
  world: World;
  events: LiveEvents;
  sanitiser: Sanitiser;
  reader: MailReader;
  /** Whether mail leaves, or stays in the mailroom. */
  outgoing: "smtp" | "mailroom";
  caps: boolean;
  imap: MailboxContentsOptions;
  /** Hosts of the own network, "host:port", that pages may be sent to. */
  webhookAllow: ReadonlySet<string>;
  /** The host that mail is handed to; null where it stays. */
  relayHost: string | null;
  /** What secrets are sealed with; the same in each process, and in no database. */
  secretKey: string;
  /** The address at which browsers reach the site, without a slash at its end. */
  publicUrl: () => string;
  log: Log;
  /** Of the live events; 15 s where it is missing. */
  heartbeatMs?: number;
};

/** The HTTP API, whole: every way to the data, for pages and programs alike. */
export function buildApi(options: ApiOptions): OpenAPIHono<ApiEnv> {
  const { db, world, events, log, heartbeatMs } = options;
  const api = new OpenAPIHono<ApiEnv>().basePath("/api/v1");
  api.use(async (c, next) => {
    c.set("db", db);
    c.set("world", world);
    await next();
  });
  api.use(setHeaders);
  api.use(limitBody);
  api.openapi(healthRoute, (c) => c.json({ status: "ok" as const }, 200));
  let document: object | null = null;
  api.openapi(documentRoute, (c) => c.json((document ??= describeApi(api)), 200));
  api.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  api.use(requireSession, requirePermission, recordOnAudit(log));
  for (const routes of moduleRoutes(options)) api.route("/", routes);
  api.openapi(eventsRoute, (c) => {
    const { deskId } = c.get("session");
    return streamLiveEvents(c, events, { deskId, stillValid: () => mayStillWatch(c), heartbeatMs });
  });
  api.notFound((c) => answerNoRoute(api, c));
  api.onError((error, c) => explain(error, c, log));
  return api;
}

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  tags: ["Service"],
  summary: "Whether the web server answers",
  security: [],
  responses: { 200: json(z.object({ status: z.literal("ok") }), "It does.") },
});

const documentRoute = createRoute({
  method: "get",
  path: "/openapi.json",
  tags: ["Service"],
  summary: "This document",
  security: [],
  responses: { 200: json(z.looseObject({ openapi: z.string() }), "The document, OpenAPI 3.1.") },
});

const eventsRoute = createRoute({
  method: "get",
  path: "/events",
  tags: ["Service"],
  summary: "Changes as they happen, by server-sent events",
  description:
    "`change` names what changed by its ids, to be read anew by its own address. " +
    "`resync` says that changes may have been missed: read all anew.",
  responses: {
    200: { description: "Events without end.", content: { "text/event-stream": { schema: z.string() } } },
  },
});

async function mayStillWatch(c: ApiContext): Promise<boolean> {
  const session = await findSession(c);
  return session !== null && mayDo(session.agent.role, "tickets");
}

/** What is kept of customers beside their tickets. */
const PERSONAL = { suggestions: { read: readOwnFeedback, forget: forgetContact } };

function moduleRoutes(options: ApiOptions) {
  const { events, outgoing, caps, imap, relayHost, sanitiser, reader, publicUrl, secretKey } = options;
  const { webhookAllow: allowed, log } = options;
  return [
    peopleRoutes({
      ...{ outgoing, publicUrl, secretKey, sendInvitation: queueInvitation },
      ...{ sendSignInLink: queueSignInMail, sendCustomerSignIn: queueCustomerSignInMail },
    }),
    inboundMailRoutes(),
    outgoingMailRoutes(),
    mailboxRoutes(),
    mailboxContentsRoutes(imap),
    sendingIdentityRoutes({ relay: relayHost }),
    ...ticketRoutes({ watch: watchOf(events), sanitiser, reader, caps, outgoing, personal: PERSONAL }),
    ...dutyRoutes({ siteUrl: publicUrl, allowed, log }),
    ...feedbackRoutes(),
    reportRoutes(),
    ratingReportRoutes(),
    proofRoutes(),
  ];
}

/** Every change of a desk, by its type; "resync" where some may have been missed. */
function watchOf(events: LiveEvents): WatchDesk {
  return (deskId, heard) =>
    events.watch(deskId, ({ event, data }) => heard(event === "change" ? (data as { type: string }) : { type: event }));
}

/** The one boundary for what no route expected. */
function explain(error: Error, c: Context, log: Log): Response {
  if (isTemporaryFailure(error)) {
    c.header("retry-after", "2");
    return problem(
      c,
      503,
      "Out of reach for a moment",
      "The database does not answer right now. Nothing was saved; try again in a moment.",
    );
  }
  log(`${c.req.method} ${c.req.path} failed: ${error.stack}`);
  return problem(
    c,
    500,
    "A fault of ours",
    "Something went wrong on our side and is on record. Nothing of this request was saved.",
  );
}
