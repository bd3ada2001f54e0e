import { createRoute, z } from "@hono/zod-openapi";
import type { Db } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  type FetchedMailbox,
  findFetchedMailboxes,
  IsoText,
  json,
  jsonBody,
  problem,
  problems,
} from "@permanence/people";
import { describeImapFailure } from "./imap-failure.ts";
import { findPosition, saveChoice } from "./imap-mailbox-store.ts";
import { type PasswordOf, startOfDay } from "./imap-source.ts";
import { type ImapSurvey, surveyMailbox } from "./imap-survey.ts";

export type MailboxContentsOptions = { passwordOf: PasswordOf; maxSizeBytes: number };

const Day = z.iso.date('must be a date such as "2026-11-25"').openapi({ description: "In the desk's time zone" });
const Address = z.object({ address: z.string().toLowerCase() });

const Contents = z
  .object({
    address: z.string(),
    folder: z.string().openapi({ description: "The one that mail is taken from" }),
    folders: z.array(z.object({ path: z.string(), messages: z.number().int().nullable() })),
    messages: z.number().int(),
    months: z.array(z.object({ month: z.string(), messages: z.number().int() })).openapi({ description: "In UTC" }),
    oldest: IsoText.nullable(),
    newest: IsoText.nullable(),
    takenFrom: IsoText.nullable(),
    wouldTake: z
      .object({ messages: z.number().int(), bytes: z.number().int(), tooLarge: z.number().int() })
      .openapi({ description: "What is not taken yet, and would be" }),
    older: z.number().int().openapi({ description: "How many are older" }),
    history: z
      .number()
      .int()
      .openapi({ description: "How many of the older are, or would be, history; the rest is left" }),
    quotaUsed: z.number().nullable().openapi({ description: "From 0 to 1" }),
  })
  .openapi("MailboxContents");

const contentsRoute = createRoute({
  method: "get",
  path: "/mailboxes/{address}/contents",
  tags: ["Mail"],
  summary: "What lies in a mailbox on its IMAP server, and what of it would be taken; changes nothing there",
  request: { params: Address, query: z.object({ from: Day.optional(), historyFrom: Day.optional() }) },
  responses: { 200: json(Contents, "What lies there now."), ...problems(404, 409, 422) },
});

const Taking = z
  .strictObject({
    from: Day.nullable().openapi({
      description: "Mail received since becomes tickets, with clocks; null: as it stands",
    }),
    historyFrom: Day.nullable().openapi({
      description:
        "Older mail received since becomes history: closed tickets without clock or notice; null: it is left",
    }),
  })
  .openapi("MailboxTaking");

const takingRoute = createRoute({
  method: "put",
  path: "/mailboxes/{address}/taking",
  tags: ["Mail"],
  summary: "Choose from when the mail in a mailbox is taken, and what becomes of what is older",
  request: { params: Address, body: jsonBody(Taking) },
  responses: { 204: { description: "It is followed within seconds." }, ...problems(404, 422) },
});

/** What lies in mailboxes, and from when it is taken. */
export function mailboxContentsRoutes({ passwordOf, maxSizeBytes }: MailboxContentsOptions) {
  const routes = apiRouter();

  routes.openapi(contentsRoute, async (c) => {
    const mailbox = await findMailbox(c, c.req.valid("param").address);
    if (mailbox === null) return notFetched(c);
    const query = c.req.valid("query");
    const [db, now] = [c.get("db"), c.get("world").clock.now()];
    const dayOf = (day: string | undefined) => (day === undefined ? null : startOfDay(day, mailbox.timeZone));
    const [from, historyFrom] = [dayOf(query.from), dayOf(query.historyFrom)];
    if (from !== null && from > now) return inFuture(c);
    try {
      const survey = await surveyMailbox(mailbox, { db, passwordOf, now, maxSizeBytes, from, historyFrom });
      return c.json(showContents(mailbox, survey), 200);
    } catch (error) {
      const { sentence, advice } = describeImapFailure(error, mailbox.imap);
      return problem(c, 409, "The mailbox cannot be looked into", `${sentence} ${advice} Nothing was changed.`);
    }
  });

  routes.openapi(takingRoute, async (c) => {
    const mailbox = await findMailbox(c, c.req.valid("param").address);
    if (mailbox === null) return notFetched(c);
    const { from, historyFrom } = c.req.valid("json");
    const dayOf = (day: string | null) => (day === null ? null : startOfDay(day, mailbox.timeZone));
    const choice = { from: dayOf(from), historyFrom: dayOf(historyFrom) };
    const refused = await choose(c.get("db"), mailbox, choice, c.get("world").clock.now());
    if (refused === "in-future") return inFuture(c);
    if (refused === "taken-already")
      return problem(
        c,
        422,
        "Taken already",
        "Mail is taken from an earlier day on already. Nothing was changed; choose that day or one before it.",
      );
    if (refused === "not-older")
      return problem(
        c,
        422,
        "Not older",
        "History begins before the day from which mail is taken. Nothing was changed; choose an earlier day.",
      );
    return c.body(null, 204);
  });

  return routes;
}

async function findMailbox(c: ApiContext, address: string): Promise<FetchedMailbox | null> {
  const { deskId } = c.get("session");
  const fetched = await findFetchedMailboxes(c.get("db"));
  return fetched.find((mailbox) => mailbox.deskId === deskId && mailbox.address === address) ?? null;
}

function notFetched(c: ApiContext) {
  return problem(c, 404, "Not found", "No mail of this address is fetched by IMAP.");
}

function inFuture(c: ApiContext) {
  return problem(
    c,
    422,
    "In the future",
    "Mail cannot wait for a day to come. Nothing was changed; choose today or earlier.",
  );
}

function choose(
  db: Db,
  { deskId, mailboxId, imap, timeZone }: FetchedMailbox,
  { from, historyFrom }: { from: Instant | null; historyFrom: Instant | null },
  now: Instant,
): Promise<"in-future" | "taken-already" | "not-older" | "chosen"> {
  if (from !== null && from > now) return Promise.resolve("in-future");
  return db.transaction(deskId, async (tx) => {
    const known = await findPosition(tx, deskId, mailboxId);
    const takeFrom = known?.takeFrom ?? (imap.since === null ? now : startOfDay(imap.since, timeZone));
    if (from !== null && from > takeFrom) return "taken-already";
    if (historyFrom !== null && historyFrom >= (from ?? takeFrom)) return "not-older";
    await saveChoice(tx, deskId, mailboxId, { chosenFrom: from, historyFrom, now });
    return "chosen";
  });
}

function showContents({ address, imap }: FetchedMailbox, survey: ImapSurvey): z.infer<typeof Contents> {
  const iso = (at: Instant | null) => (at === null ? null : toIso(at));
  const { oldest, newest, takenFrom } = survey;
  const dates = { oldest: iso(oldest), newest: iso(newest), takenFrom: iso(takenFrom) };
  return { ...survey, ...dates, address, folder: imap.folder };
}
