import { OpenAPIHono } from "@hono/zod-openapi";
import { type Db, isTemporaryFailure, type Log } from "@permanence/database";
import type { World } from "@permanence/kernel";
import {
  inboundMailRoutes,
  mailboxRoutes,
  type MailReader,
  outgoingMailRoutes,
  type Sanitiser,
} from "@permanence/mail";
import { type ApiEnv, peopleRoutes, problem } from "@permanence/people";
import { queueSignInMail, ticketRoutes } from "@permanence/tickets";
import type { Context } from "hono";
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
  /** The address at which browsers reach the site, without a slash at its end. */
  publicUrl: () => string;
  log: Log;
  /** Of the live events; 15 s where it is missing. */
  heartbeatMs?: number;
};

const DOCUMENT = {
  openapi: "3.1.0",
  info: {
    title: "Permanence",
    version: "1",
    description:
      "Everything that the pages can do. Sign in with `Authorization: Bearer <token>`; `permanence agent add --token` gives one.",
  },
  servers: [{ url: "/" }],
  security: [{ token: [] }],
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
  api.get("/health", (c) => c.json({ status: "ok" }));
  api.doc31("/openapi.json", DOCUMENT);
  api.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  api.use(requireSession);
  for (const routes of moduleRoutes(options)) api.route("/", routes);
  api.get("/events", (c) => {
    const stillValid = async () => (await findSession(c)) !== null;
    return streamLiveEvents(c, events, { deskId: c.get("session").deskId, stillValid, heartbeatMs });
  });
  api.notFound((c) => problem(c, 404, "Not found", "There is nothing at this address."));
  api.onError((error, c) => explain(error, c, log));
  return api;
}

function moduleRoutes({ outgoing, caps, sanitiser, reader, publicUrl }: ApiOptions) {
  return [
    peopleRoutes({ outgoing, publicUrl, sendSignInLink: queueSignInMail }),
    inboundMailRoutes(),
    outgoingMailRoutes(),
    mailboxRoutes(),
    ...ticketRoutes({ sanitiser, reader, caps }),
  ];
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
