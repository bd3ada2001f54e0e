import { type ApiEnv, mayDo, type Permission, problem } from "@permanence/people";
import type { Context, MiddlewareHandler } from "hono";
import { comesWithoutSession, isForCustomers, SAFE_METHODS } from "./api-session.ts";

/** What the addresses under /api/v1 are about, by their first part. Null: everybody who is signed in. */
const AREAS: Record<string, Permission | null> = {
  me: null,
  agents: null,
  sessions: null,
  accounts: "people",
  invitations: "people",
  "api-tokens": "settings",
  "audit-entries": "settings",
  tickets: "tickets",
  search: "tickets",
  events: "tickets", // They tell of tickets and mail.
  "inbound-mails": "tickets",
  "outgoing-mails": "tickets",
  mailboxes: "tickets",
  reports: "tickets",
  alerts: "tickets",
  duty: "tickets", // Colleagues arrange overrides and swaps among themselves, on record.
  "call-outs": "tickets",
  incidents: "tickets",
  suggestions: "tickets",
  uploads: "tickets",
  answers: "tickets",
  "answer-texts": "answers",
  "triage-questions": "tickets",
  "ticket-views": "tickets",
  "shared-ticket-views": "teams",
  tags: "tickets",
  "tag-settings": "teams",
  teams: "tickets",
  "team-settings": "teams",
  "assignment-rules": "teams",
  "triage-table": "promises",
  rotas: "duty",
  "duty-settings": "duty",
  "sending-identities": "mailboxes",
  "relay-probes": "mailboxes",
  "blocked-senders": "tickets", // Whose mail is kept apart is decided like the quarantine.
  contacts: "customers",
  "directory-imports": "customers", // What a line says of domains or contracts is refused to those who may not.
  "failing-addresses": "customers",
  organisations: "customers",
  policies: "promises",
  contracts: "promises",
  "policy-previews": "promises",
  calendars: "promises",
  "public-holidays": "promises",
  brand: "site",
  "site-pages": "site",
  "erasure-requests": "privacy",
};
const DOMAINS = /^organisations\/[^/]+\/domains(\/|$)/;
const MAILBOX = /^mailboxes\/./;
const ACCOUNT = /^accounts\/./;
const CONTRACT = /^organisations\/[^/]+\/contract$/;

/** What whoever asks for this address must be allowed; undefined for an address that nobody has thought of. */
export function permissionFor(path: string): Permission | null | undefined {
  if (DOMAINS.test(path)) return "domains";
  if (MAILBOX.test(path)) return "mailboxes";
  if (ACCOUNT.test(path)) return "settings";
  if (CONTRACT.test(path)) return "promises";
  const [area = ""] = path.split("/", 1);
  return Object.hasOwn(AREAS, area) ? AREAS[area] : undefined;
}

/** The one gate where it is decided who may do what. Routes ask nothing more: within a desk, a role sees all or nothing
 *  of an area. An address that is missing above stays shut, so that a new route cannot be open by oversight. */
export const requirePermission: MiddlewareHandler<ApiEnv> = async (c, next) => {
  if (comesWithoutSession(c) || isForCustomers(c)) return next();
  const permission = permissionFor(c.req.path.replace(/^\/api\/v1\//, ""));
  if (permission === undefined) return nothingHere(c);
  const { agent, isReadOnly } = c.get("session");
  if (isReadOnly && !SAFE_METHODS.has(c.req.method)) return problem(c, 403, "Only for reading", READ_ONLY);
  const { role } = agent;
  if (permission === null || mayDo(role, permission)) return next();
  return problem(
    c,
    403,
    "Not for your role",
    `With the role "${role}" you may not do this. Nothing was changed. Ask an administrator of the desk.`,
  );
};

const READ_ONLY = "This API token may only read. Nothing was changed. Make one that may change things too.";

export function nothingHere(c: Context) {
  return problem(c, 404, "Not found", "There is nothing at this address.");
}
