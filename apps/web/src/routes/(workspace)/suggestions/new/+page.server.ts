import { fail, redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentWholeSuggestion } from "#lib/api/suggestion-types.ts";
import type { Message, Page, Ticket } from "#lib/api/types.ts";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";
import { nl } from "#lib/messages/nl.ts";
import { textOf } from "#lib/suggestion/acting.ts";
import type { Actions, PageServerLoad } from "./$types";

const MESSAGES = { fr, nl, en };

/** Of a ticket, its customer's first words are shown beside the form, and never put into it: what is published is worded anew. */
export const load: PageServerLoad = async (event) => {
  const id = event.url.searchParams.get("ticket");
  if (id === null) return { ticket: null, words: "", reply: "" };
  const path = `/tickets/${encodeURIComponent(id)}`;
  const [ticket, messages] = await Promise.all([
    need<Ticket>(event, path),
    need<Page<Message>>(event, `${path}/messages?limit=200`),
  ]);
  const first = messages.items.find(({ kind }) => kind === "customer");
  const told = MESSAGES[ticket.language as keyof typeof MESSAGES] ?? en; // In the customer's own language.
  return { ticket, words: first?.reply || first?.text || "", reply: told.suggestions.desk.replyText };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const ticketId = textOf(form, "ticket");
    const written = {
      ...{ about: textOf(form, "about"), title: textOf(form, "title"), text: textOf(form, "text") },
      ...{ language: textOf(form, "language"), reply: textOf(form, "reply"), closes: form.get("closes") === "on" },
    };
    const { reply, closes, ...worded } = written;
    const body = { ...worded, ...(ticketId !== "" && { ticket: { ticketId, reply, closes } }) };
    const made = await call<AgentWholeSuggestion>(event.fetch, "/suggestions", { method: "POST", body });
    if (!made.ok) return fail(made.problem.status || 503, { problem: made.problem, written });
    redirect(303, `/suggestions/${made.value.id}`);
  },
};
