import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import type { About, SimilarSuggestion } from "#lib/api/suggestion-types.ts";
import type { Problem } from "#lib/api/types.ts";
import { newKey } from "#lib/ticket/draft.ts";
import { askAsCustomer, deskPath, textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  await askAsCustomer(event, ""); // Whoever is not signed in does that before they type.
  return { key: newKey() };
};

type As = "suggestion" | "ticket";
type Written = { about: About; as: As; title: string; text: string; signed: boolean };
type Outcome = {
  written: Written;
  isMissing: boolean;
  similar: SimilarSuggestion[];
  problem: Problem | null;
  number: number | null;
};

export const actions: Actions = {
  /** Where something alike is there, it is shown first; else it is proposed. */
  check: async (event) => {
    const form = await event.request.formData();
    const written = writtenIn(form);
    if (written.title === "" || written.text === "") return fail(422, outcome(written, { isMissing: true }));
    if (written.as === "ticket" && written.about === "service") return send(event, written, form);
    const asked = query({ text: `${written.title}\n${written.text}`.slice(0, 2_000), language: event.params.lang });
    const found = await call<{ items: SimilarSuggestion[] }>(
      event.fetch,
      `${await deskPath(event)}/similar-suggestions${asked}`,
    );
    if (found.ok && found.value.items.length > 0) return outcome(written, { similar: found.value.items });
    return send(event, written, form);
  },
  propose: async (event) => {
    const form = await event.request.formData();
    return send(event, writtenIn(form), form);
  },
  change: async (event) => outcome(writtenIn(await event.request.formData())),
};

function writtenIn(form: FormData): Written {
  return {
    about: textOf(form, "about") === "service" ? "service" : "product",
    as: textOf(form, "as") === "ticket" ? "ticket" : "suggestion",
    ...{ title: textOf(form, "title"), text: textOf(form, "text"), signed: form.get("signed") === "on" },
  };
}

function outcome(written: Written, more: Partial<Outcome> = {}): Outcome {
  return { written, isMissing: false, similar: [], problem: null, number: null, ...more };
}

type Sent = { id: string } | { as: "ticket"; number: number } | { as: "suggestion"; id: string };

async function send(event: RequestEvent, written: Written, form: FormData) {
  const { about, as, ...said } = written;
  const headers = { "idempotency-key": textOf(form, "key") || newKey() };
  const request = { method: "POST", headers, body: about === "service" ? { ...said, as } : said };
  const path = about === "service" ? "/service-comments" : "/suggestions";
  const sent = await askAsCustomer<Sent>(event, path, request);
  if (!sent.ok) return fail(sent.problem.status || 503, outcome(written, { problem: sent.problem }));
  if ("number" in sent.value) return outcome(written, { number: sent.value.number });
  redirect(303, `/${event.params.lang}/suggestions/${sent.value.id}?proposed`);
}
