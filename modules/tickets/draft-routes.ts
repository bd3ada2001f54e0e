import { AddedMeanwhile, addedSince, Seen, tellAdded } from "./added-meanwhile.ts";
import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { instant } from "@permanence/kernel";
import type { Sanitiser } from "@permanence/mail";
import {
  type ApiContext,
  apiRouter,
  deskOf,
  IfMatch,
  ifMatchAllows,
  json,
  jsonBody,
  problem,
  problems,
  setEtag,
  versionedJson,
} from "@permanence/people";
import { actorOf } from "./agent-actions.ts";
import { findWriting } from "./agent-writing.ts";
import { DraftContent, Place } from "./draft-content.ts";
import { type DraftPlace, type DraftRow, listDrafts } from "./draft-store.ts";
import { DraftView, draftView, noDraft, SendingView, sendingView } from "./draft-view.ts";
import { discardDraft, type DraftRefusal, saveDraft } from "./drafts.ts";
import { composeLetter } from "./letter-composition.ts";
import { findRepeated, messageIdOf, type NamedMessage } from "./message-repetition.ts";
import { deliver, type DeliveryRefusal, schedule, takeBack, whyNot } from "./sending.ts";
import { findSideMessage } from "./side-store.ts";
import { openTicketChange } from "./ticket-change.ts";
import { findTicket, ticketExists } from "./ticket-store.ts";
import { findUploads } from "./upload-store.ts";

const tags = ["Writing"];
const Id = z.object({ id: z.uuid() });
const OfPlace = Id.extend({ place: Place });

const listRoute = createRoute({
  ...{
    method: "get",
    path: "/tickets/{id}/drafts",
    tags,
    summary: "What you write on a ticket, and what is being sent",
  },
  request: { params: Id },
  responses: {
    200: json(
      z.object({ items: z.array(DraftView), sending: z.array(SendingView), undoSeconds: z.number() }),
      "Your own.",
    ),
    ...problems(404),
  },
});
const saveRoute = createRoute({
  ...{ method: "put", path: "/tickets/{id}/drafts/{place}", tags, summary: "Keep what you write" },
  description: 'If-Match "0" says that nothing is kept yet. What is empty is not kept.',
  request: { params: OfPlace, headers: IfMatch, body: jsonBody(DraftContent) },
  responses: { 200: versionedJson(DraftView, "As it is kept."), ...problems(400, 404, 412, 413, 422) },
});
const discardRoute = createRoute({
  ...{ method: "delete", path: "/tickets/{id}/drafts/{place}", tags, summary: "Throw away what you write" },
  request: { params: OfPlace },
  responses: { 204: { description: "It is gone." }, ...problems(404) },
});
const sendRoute = createRoute({
  ...{ method: "post", path: "/tickets/{id}/drafts/{place}/sending", tags, summary: "Send what you write" },
  description:
    "It is sent when your time for taking it back is over; a note at once. What stands in its draft is replaced.",
  request: {
    params: OfPlace,
    query: z.object({ seen: Seen }),
    headers: IfMatch.extend({
      "idempotency-key": z
        .string()
        .min(1)
        .max(200)
        .openapi({ description: "Names this message: sent again under the same key it is sent once" }),
    }),
    body: jsonBody(DraftContent),
  },
  responses: {
    201: json(SendingView, "It is sent."),
    202: json(SendingView, "It is being sent, and can be taken back until `sendAt`."),
    ...problems(400, 404, 412, 413, 422),
    409: AddedMeanwhile,
  },
});
const takeBackRoute = createRoute({
  ...{ method: "delete", path: "/tickets/{id}/sendings/{messageId}", tags, summary: "Take back what is not sent yet" },
  request: { params: Id.extend({ messageId: z.uuid() }) },
  responses: { 200: versionedJson(DraftView, "It is a draft again."), ...problems(409) },
});

/** What agents write before it is sent, kept on the server. */
export function draftRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await ticketExists(tx, deskId, id))) return null;
      const drafts = await listDrafts(tx, deskId, { agentId: agent.id, ticketId: id });
      const files = await filesOf(tx, c, drafts);
      return { drafts, files, undoSeconds: (await findWriting(tx, deskId, agent.id)).undoSeconds };
    });
    if (found === null) return refuseDraft(c, "not-found");
    const items = found.drafts.filter(({ send_at }) => send_at === null).map((row) => draftView(row, found.files));
    const sending = found.drafts.filter(({ send_at }) => send_at !== null).map(sendingView);
    return c.json({ items, sending, undoSeconds: found.undoSeconds }, 200);
  });

  routes.openapi(saveRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, place } = c.req.valid("param");
    const saved = await c.get("db").transaction(deskId, async (tx) => {
      if (!(await ticketExists(tx, deskId, id))) return "not-found" as const;
      const row = await saveDraft(tx, c.get("world"), deskId, {
        ...{ place: placeOf(c, id, place), content: c.req.valid("json") },
        allows: (version) => ifMatchAllows(c, version),
      });
      return typeof row === "string" || row === null ? row : draftView(row, await filesOf(tx, c, [row]));
    });
    if (typeof saved === "string") return refuseDraft(c, saved);
    setEtag(c, saved?.version ?? 0);
    return c.json(saved ?? noDraft(place), 200);
  });

  routes.openapi(discardRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, place } = c.req.valid("param");
    await c.get("db").transaction(deskId, (tx) => discardDraft(tx, deskId, placeOf(c, id, place)));
    return c.body(null, 204);
  });

  return routes;
}

/** Sending what was written, once, after a while; and taking it back until then. */
export function sendingRoutes(sanitiser: Sanitiser) {
  const routes = apiRouter();

  routes.openapi(sendRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id, place } = c.req.valid("param");
    const content = c.req.valid("json");
    const { text, state, to, cc, bcc, uploads } = content;
    const key = c.req.valid("header")["idempotency-key"];
    const kind = JSON.stringify([place, to, cc, bcc, uploads]);
    const named = messageIdOf({ agentId: agent.id, ticketId: id, key }, { kind, text, state });
    const [db, world] = [c.get("db"), c.get("world")];
    const desk = await deskOf(db, deskId);
    const before = await db.transaction(deskId, async (tx) => ({
      earlier: await findEarlier(tx, c, id, named),
      ticket: await findTicket(tx, deskId, id),
    }));
    if (before.earlier === "other") return refuseDraft(c, "other-message");
    if (before.earlier !== null) return answerSending(c, before.earlier);
    if (before.ticket === null) return refuseDraft(c, "not-found");
    const letter = await composeLetter(sanitiser, { desk, agent }, before.ticket, { place, content });
    if ("mistakes" in letter) return refuseLetter(c, letter.mistakes);

    const outcome = await db.transaction(deskId, async (tx) => {
      const change = (await openTicketChange(tx, world, deskId, id))!;
      const meanwhile = await findEarlier(tx, c, id, named); // The ticket is locked now: nobody can come in between.
      if (meanwhile !== null) return meanwhile === "other" ? "other-message" : meanwhile;
      const { seen } = c.req.valid("query");
      if (place === "agent" && seen !== undefined) {
        const added = await addedSince(tx, { deskId, ticketId: id, agentId: agent.id }, seen);
        if (added.length > 0) return { added };
      }
      const allows = (version: number) => ifMatchAllows(c, version);
      const saved = await saveDraft(tx, world, deskId, { place: placeOf(c, id, place), content, allows });
      if (typeof saved === "string") return saved;
      const refused = whyNot(change, { place });
      if (refused !== null) return refused;
      const draft: DraftRow = { ...saved!, letter, message_id: named.id };
      const { undoSeconds } = await findWriting(tx, deskId, agent.id);
      const undoMs = place === "note" ? 0 : undoSeconds * 1_000;
      const sendAt = instant(change.now + undoMs);
      if (undoMs === 0) return (await deliver(tx, { world, desk, agent }, change, draft)) ?? sent(draft);
      await schedule(tx, draft, sendAt);
      return sendingView({ ...draft, send_at: sendAt });
    });
    if (typeof outcome === "object" && "added" in outcome) return tellAdded(c, outcome.added);
    return typeof outcome === "string" ? refuseDraft(c, outcome) : answerSending(c, outcome);
  });

  routes.openapi(takeBackRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id: ticketId, messageId } = c.req.valid("param");
    const taken = await c.get("db").transaction(deskId, async (tx) => {
      const row = await takeBack(tx, c.get("world"), deskId, { messageId, agentId: agent.id, ticketId });
      return row && draftView(row, await filesOf(tx, c, [row]));
    });
    if (taken === null) return refuseDraft(c, "sent-already");
    setEtag(c, taken.version);
    return c.json(taken, 200);
  });

  return routes;
}

function placeOf(c: ApiContext, ticketId: string, place: string): DraftPlace {
  return { agentId: c.get("session").agent.id, ticketId, place };
}

async function filesOf(tx: Tx, c: ApiContext, drafts: DraftRow[]) {
  const { deskId, agent } = c.get("session");
  return findUploads(
    tx,
    deskId,
    actorOf(agent),
    drafts.flatMap(({ content }) => content.uploads),
  );
}

type Sending = z.infer<typeof SendingView>;

/** What was sent, or is being sent, under this key before: the same, "other" for another message, or null. */
async function findEarlier(
  tx: Tx,
  c: ApiContext,
  ticketId: string,
  named: NamedMessage,
): Promise<Sending | "other" | null> {
  const { deskId, agent } = c.get("session");
  const drafts = await listDrafts(tx, deskId, { agentId: agent.id, ticketId });
  const draft = drafts.find(({ message_id }) => message_id?.startsWith(named.key));
  if (draft) return draft.message_id === named.id ? sendingView(draft) : "other";
  const message = (await findRepeated(tx, deskId, ticketId, named)) ?? (await findSideMessage(tx, deskId, named.id));
  if (message === null || message === "other") return message;
  const place = "side_thread_id" in message ? `side:${message.side_thread_id}` : message.kind;
  return { messageId: named.id, place, state: "sent", sendAt: null, text: message.text };
}

function sent({ message_id, place, letter }: DraftRow): Sending {
  return { messageId: message_id!, place, state: "sent", sendAt: null, text: letter!.text };
}

function answerSending(c: ApiContext, sending: Sending) {
  return sending.state === "sent" ? c.json(sending, 201) : c.json(sending, 202);
}

type Refusal = DraftRefusal | DeliveryRefusal | "not-found" | "other-message" | "sent-already";

const REFUSALS = {
  "not-found": [404, "Not found", "There is no such ticket on this desk."],
  "draft-changed": [
    412,
    "Changed meanwhile",
    "You wrote on this in another window since. Nothing of this one was saved: look at what stands there, then repeat.",
  ],
  "no-such-file": [
    422,
    "File gone",
    "One of the files is not there any more. Nothing was saved: remove it, or add it again.",
  ],
  "files-gone": [
    422,
    "File gone",
    "One of the files is not there any more. It was not sent: remove the file, or add it again.",
  ],
  "files-too-large": [413, "Too large", "The files of a message have 25 MB together at most. Nothing was saved."],
  "other-message": [
    422,
    "Another message under this key",
    "Another text, kind or state was sent under this Idempotency-Key. Nothing of this one was saved: take a new key.",
  ],
  "already-closed": [
    409,
    "Already closed",
    "The ticket is closed already. Your text is kept: reopen the ticket first.",
  ],
  history: [409, "History", "This is mail from before the desk took over: only notes can be added. Your text is kept."],
  unsendable: [
    422,
    "No mail can go there",
    "No mail can be sent to one of the addresses. It was not sent; your text is kept.",
  ],
  "no-such-thread": [404, "Not found", "There is no such discussion beside this ticket. It was not sent."],
  "no-recipient": [422, "Nobody to write to", "There is nobody to write to yet. It was not sent; your text is kept."],
  "customer-beside": [
    422,
    "The customer's address",
    "One of the addresses is the customer's, who must not see what is discussed beside the ticket. It was not sent.",
  ],
  "author-gone": [409, "Author gone", "Its author has left the desk. It was not sent."],
  "sent-already": [409, "Sent already", "It is sent already, or was never to be: nothing can be taken back."],
} as const satisfies Record<Refusal, readonly [404 | 409 | 412 | 413 | 422, string, string]>;

function refuseDraft<R extends Refusal>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}

function refuseLetter(c: ApiContext, mistakes: { place: string; detail: string }[]) {
  const detail = `It was not sent. ${mistakes.map((mistake) => mistake.detail).join(" ")}`;
  return problem(c, 422, "Not ready to be sent", detail, mistakes);
}
