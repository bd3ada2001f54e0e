import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { CustomerTicket } from "#lib/api/portal-types.ts";
import type { Problem } from "#lib/api/types.ts";
import { CUSTOMER_COOKIE } from "#lib/session.ts";
import { handOver, readReply, type RefusedFile, replyKey } from "#lib/site/portal-reply.ts";
import { needOwn, wrongOf } from "#lib/site/portal-visit.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  event.setHeaders({ "cache-control": "private, no-store" });
  if (event.request.method === "GET") await tellShown(event);
  const ticket = await needOwn<CustomerTicket>(event, `${pathOf(event)}?language=${event.params.lang}`);
  return { ticket, done: event.url.searchParams.get("done") };
};

/** The customer has the ticket before them: a receipt of its notice. They may come from a mail, whose link another site
 *  opens; so this page says so in its own name, by the token, and not with the header of where they come from. */
async function tellShown(event: Pick<RequestEvent, "fetch" | "cookies" | "params" | "request">): Promise<void> {
  const token = event.cookies.get(CUSTOMER_COOKIE);
  if (token === undefined || event.request.headers.get("sec-purpose") !== null) return; // Fetched beforehand, seen by nobody.
  await call(event.fetch, `${pathOf(event)}/shown`, { method: "PUT", headers: { authorization: `Bearer ${token}` } });
}

export const actions: Actions = {
  reply: async (event) => {
    const form = await event.request.formData().catch(() => null); // It is longer than a form may be.
    if (form === null) return fail(413, { ...NOTHING, isMissing: false, wrong: "tooMuch" as const });
    const filled = readReply(form);
    const { taken, refused } = await handOver(event.fetch, filled);
    const kept = { text: filled.text, uploads: taken, refused };
    if (filled.text.trim() === "") return fail(422, { ...kept, isMissing: true, wrong: null });
    if (refused.length > 0) return fail(422, { ...kept, isMissing: false, wrong: null });
    const sent = await call<{ number: number }>(event.fetch, `${pathOf(event)}/messages`, {
      method: "POST",
      headers: { "idempotency-key": replyKey(event.params.number, filled.version), "if-match": `"${filled.version}"` },
      body: { text: filled.text, files: taken.map(({ id }) => id) },
    });
    if (!sent.ok) return failed(sent.problem, kept);
    const { number } = sent.value;
    done(event, String(number), String(number) === event.params.number ? "sent" : "opened");
  },

  close: async (event) => {
    const changed = await change(event, "POST");
    if (!changed.ok) return failed(changed.problem, NOTHING);
    done(event, event.params.number, "closed");
  },

  reopen: async (event) => {
    const changed = await change(event, "DELETE");
    if (!changed.ok) return failed(changed.problem, NOTHING);
    done(event, event.params.number, "reopened");
  },

  rate: async (event) => {
    const form = await event.request.formData();
    const [rating, text] = [form.get("rating"), String(form.get("words") ?? "")];
    if (rating === null) return fail(422, { ...NOTHING, words: text, isUnrated: true });
    const rated = await call(event.fetch, `${pathOf(event)}/rating`, { method: "POST", body: { rating, text } });
    if (!rated.ok) return failed(rated.problem, { ...NOTHING, words: text });
    done(event, event.params.number, "rated");
  },
};

const NOTHING = { text: "", uploads: [], refused: [] as RefusedFile[] };

async function change(event: RequestEvent, method: "POST" | "DELETE") {
  const version = String((await event.request.formData()).get("version") ?? "");
  return call(event.fetch, `${pathOf(event)}/closure`, { method, headers: { "if-match": `"${version}"` } });
}

function failed<T>(problem: Problem, kept: T) {
  return fail(problem.status || 503, { ...kept, isMissing: false, wrong: wrongOf(problem) });
}

function done({ params }: RequestEvent, number: string, what: string): never {
  redirect(303, `/${params.lang}/tickets/${number}?done=${what}#done`);
}

function pathOf({ params }: { params: { number: string } }): string {
  return `/my/tickets/${encodeURIComponent(params.number)}`;
}
