import type { Log } from "@permanence/database";
import {
  type ApiContext,
  type ApiEnv,
  type AuditRecord,
  type Permission,
  recordAudit,
  recordView,
  visitorOf,
} from "@permanence/people";
import type { MiddlewareHandler } from "hono";
import { permissionFor } from "./api-permissions.ts";
import { comesWithoutSession, isForCustomers, SAFE_METHODS } from "./api-session.ts";

/** Areas of everyday work. Every change in any other area is one of the desk's settings, also in those to come. Rights, tokens
 *  and invitations record theirs themselves, in the transaction that makes it. */
const EVERYDAY: ReadonlySet<Permission | null | undefined> = new Set([
  null,
  undefined,
  "tickets",
  "customers",
] as const);
const RECORDED_BY_ROUTES = /^(?:accounts|invitations|api-tokens|audit-entries)(?:\/|$)/;
/** They read only, though they are asked by POST. */
const QUESTIONS = /^(?:policy-previews|triage-questions)(?:\/|$)/;

const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
const CONTACT = new RegExp(`^contacts/(${UUID})(?:/(.*))?$`);
const DATA_FILE = /^(?:data-file|export)/;
const ERASURE = /^erasure/;
const ERASED_PERSON = new RegExp(`^erasure-requests/(${UUID})/erasure$`);

/** The one place where changes of settings, and looks at customers' data, are put on record: what a new route changes or
 *  shows is recorded without its doing anything. It comes after the answer: only what succeeded is of interest. */
export const recordOnAudit =
  (log: Log): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    await next();
    try {
      await recordWhatWasDone(c);
    } catch (error) {
      // What was done is done, and its answer must not say otherwise.
      log(`${c.req.method} ${c.req.path} could not be put on record: ${(error as Error).message}`);
    }
  };

const NOT_MODIFIED = 304; // The browser shows what it has.

async function recordWhatWasDone(c: ApiContext): Promise<void> {
  const isDone = c.res.ok || c.res.status === NOT_MODIFIED;
  if (!isDone || comesWithoutSession(c) || isForCustomers(c)) return;
  const path = c.req.path.replace(/^\/api\/v1\//, "");
  const record = personErased(path) ?? settingsChange(c, path) ?? customerLook(c, path);
  if (record === null) return;
  const { deskId, agent } = c.get("session");
  const whole = { ...record, actorId: agent.id, network: visitorOf(c).network };
  const put = record.kind === "customer-viewed" ? recordView : recordAudit;
  await c.get("db").transaction(deskId, (tx) => put(tx, c.get("world"), deskId, whole));
}

type Recorded = Pick<AuditRecord, "kind" | "subject" | "data">;

function settingsChange(c: ApiContext, path: string): Recorded | null {
  if (SAFE_METHODS.has(c.req.method) || RECORDED_BY_ROUTES.test(path) || QUESTIONS.test(path)) return null;
  if (EVERYDAY.has(permissionFor(path))) return null;
  return { kind: "settings-changed", subject: `/${path}`.slice(0, 500), data: { method: c.req.method } };
}

/** Who asked for it themselves is known by the request, which says whose it was until it was done. */
function personErased(path: string): Recorded | null {
  const [, id] = ERASED_PERSON.exec(path) ?? [];
  return id === undefined ? null : { kind: "customer-erased", subject: `erasure-request:${id}` };
}

/** Of one customer by their id; who is looked for in a list is told with whom was found. */
function customerLook(c: ApiContext, path: string): Recorded | null {
  const found = CONTACT.exec(path);
  if (found === null) return null;
  const [, id, part = ""] = found;
  const subject = `contact:${id}`;
  if (ERASURE.test(part)) return SAFE_METHODS.has(c.req.method) ? null : { kind: "customer-erased", subject };
  if (c.req.method === "DELETE" && part === "") return { kind: "customer-erased", subject };
  if (!SAFE_METHODS.has(c.req.method)) return null;
  return { kind: DATA_FILE.test(part) ? "customer-exported" : "customer-viewed", subject };
}
