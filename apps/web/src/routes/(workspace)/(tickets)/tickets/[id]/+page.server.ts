import { fail } from "@sveltejs/kit";
import { call, query, type Answer } from "#lib/api/call.ts";
import type { SnoozeTimes, Tag } from "#lib/api/agent-day-types.ts";
import type { CallOut } from "#lib/api/duty-types.ts";
import type { OrganisationWhole } from "#lib/api/customer-types.ts";
import type { Incident } from "#lib/api/incident-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { AgentSuggestion } from "#lib/api/suggestion-types.ts";
import type {
  ClockExplanation,
  Evidence,
  Message,
  Notice,
  Page,
  Ticket,
  TicketEvent,
  TicketTriage,
} from "#lib/api/types.ts";
import type { SideThread, Writing } from "#lib/api/writing-types.ts";
import { newKey } from "#lib/ticket/draft.ts";
import { send } from "#lib/ticket/sending.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

export const load: PageServerLoad = async (event) => {
  const { id } = event.params;
  event.depends(`app:ticket:${id}`);

  const path = `/tickets/${encodeURIComponent(id)}`;
  const isAsked = event.url.searchParams.has("why");
  const [ticket, messages, events, evidence, notice, callOuts, triage, incidents, ...more] = await Promise.all([
    need<Ticket>(event, path),
    need<Page<Message>>(event, `${path}/messages?limit=200`),
    need<Page<TicketEvent>>(event, `${path}/events?limit=200`),
    need<Page<Evidence>>(event, `${path}/evidence?limit=200`),
    call<Notice>(event.fetch, `${path}/notice`),
    call<{ items: CallOut[] }>(event.fetch, `/call-outs${query({ running: "true", ticketId: id })}`),
    call<TicketTriage>(event.fetch, `${path}/triage?language=${event.locals.language}`),
    call<{ items: Incident[] }>(event.fetch, `/incidents${query({ ticketId: id })}`),
    call<SnoozeTimes>(event.fetch, "/tickets/snooze-times"),
    call<Page<AgentSuggestion>>(event.fetch, `/suggestions${query({ ticketId: id })}`),
    isAsked ? need<ClockExplanation>(event, `${path}/clocks?language=${event.locals.language}`) : null,
    need<Writing>(event, `${path}/drafts`),
    need<{ items: SideThread[] }>(event, `${path}/side-threads`),
  ]);
  const [times, suggestions, why, writing, beside] = more;
  return {
    customer: await findCustomer(event, ticket),
    ticket,
    messages: messages.items,
    events: events.items,
    evidence: evidence.items,
    why,
    notice: notice.ok ? notice.value : null, // A ticket may have none.
    triage: triage.ok && triage.value.by !== null ? triage.value : null,
    incident: incidents.ok ? (incidents.value.items[0] ?? null) : null,
    suggestions: suggestions.ok ? suggestions.value.items : [],
    callOut: callOuts.ok ? (callOuts.value.items[0] ?? null) : null,
    snoozeTimes: times.ok ? times.value : null,
    ...{ writing, sideThreads: beside.items, sendKey: newKey() },
  };
};

const MOST_OTHERS = 5;

/** What is known of the customer beside this ticket. Without it, there is still the ticket. */
async function findCustomer({ fetch }: Pick<RequestEvent, "fetch">, { id, contact, organisation }: Ticket) {
  const newest = query({ contactId: contact.id, state: "all", order: "newest", limit: MOST_OTHERS + 2 });
  const [tickets, found] = await Promise.all([
    call<Page<Ticket>>(fetch, `/tickets${newest}`),
    organisation === null ? null : call<OrganisationWhole>(fetch, `/organisations/${organisation.id}`),
  ]);
  if (!tickets.ok) return null;
  const others = tickets.value.items.filter((other) => other.id !== id);
  return {
    ...{ others: others.slice(0, MOST_OTHERS), more: others.length > MOST_OTHERS },
    organisation: found?.ok ? found.value : null,
  };
}

/** Each form names the version that its reader saw; a change by somebody else in between is told, not overwritten. */
export const actions: Actions = {
  send: (event) => change(event, (form, path) => send(event, form, path)),

  undo: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/sendings/${encodeURIComponent(String(form.get("message")))}`, { method: "DELETE" }),
    ),

  seen: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/side-threads/${encodeURIComponent(String(form.get("thread")))}/seen`, {
        method: "PUT",
      }),
    ),

  state: (event) => change(event, (form, path) => patch(event, path, form, { state: form.get("state") })),

  priority: (event) =>
    change(event, (form, path) =>
      patch(event, path, form, { priority: form.get("priority"), priorityReason: form.get("reason") }),
    ),

  confirm: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/classification`, { method: "POST", headers: ifMatch(form) }),
    ),

  assign: (event) =>
    change(event, (form, path) => patch(event, path, form, { assigneeId: form.get("assignee") || null })),

  give: (event) =>
    change(event, (form, path) => {
      const teamId = form.has("team") ? { teamId: form.get("team") || null } : {};
      return patch(event, path, form, { assigneeId: form.get("assignee") || null, ...teamId });
    }),

  snooze: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/snooze`, {
        method: "PUT",
        body: { until: form.get("until") },
        headers: ifMatch(form),
      }),
    ),

  wake: (event) =>
    change(event, (form, path) => call(event.fetch, `${path}/snooze`, { method: "DELETE", headers: ifMatch(form) })),

  tag: (event) =>
    change(event, async (form, path) => {
      const body = { name: form.get("name") };
      const made = await call<Tag>(event.fetch, "/tags", { method: "POST", body });
      return made.ok ? setTags(event, path, form, [...tagsOf(form), made.value.id]) : made;
    }),

  untag: (event) =>
    change(event, (form, path) => {
      const off = String(form.get("off") ?? "");
      return setTags(
        event,
        path,
        form,
        tagsOf(form).filter((id) => id !== off),
      );
    }),

  close: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/closure`, { method: "POST", body: { as: form.get("as") }, headers: ifMatch(form) }),
    ),

  notice: (event) =>
    change(event, (form, path) =>
      call(event.fetch, `${path}/notices`, { method: "POST", body: { address: form.get("address") } }),
    ),

  call: (event) => change(event, (_, path) => call(event.fetch, `${path}/calls`, { method: "POST" })),

  belongs: (event) => change(event, (form) => confirmDomain(event, form)),

  reopen: (event) => change(event, (_, path) => call(event.fetch, `${path}/closure`, { method: "DELETE" })),
};

async function change(event: RequestEvent, work: (form: FormData, path: string) => Promise<Answer<unknown>>) {
  const form = await event.request.formData();
  const answer = await work(form, `/tickets/${encodeURIComponent(event.params.id)}`);
  if (answer.ok) return { value: answer.value };
  return fail(answer.problem.status || 503, { problem: answer.problem, text: String(form.get("text") ?? "") });
}

/** Everyone at a mail domain belongs to the organisation of this name: the one that is known, or else a new one. */
async function confirmDomain({ fetch }: RequestEvent, form: FormData): Promise<Answer<Organisation>> {
  const name = String(form.get("organisation") ?? "").trim();
  const found = await call<Page<Organisation>>(fetch, `/organisations${query({ q: name, limit: 200 })}`);
  if (!found.ok) return found;
  const isSame = (other: Organisation) => other.name.toLowerCase() === name.toLowerCase();
  const known = found.value.items.find(isSame);
  const organisation: Answer<Organisation> = known
    ? { ok: true, value: known }
    : await call<Organisation>(fetch, "/organisations", { method: "POST", body: { name } });
  if (!organisation.ok) return organisation;
  const domain = encodeURIComponent(String(form.get("domain") ?? ""));
  const confirmed = await call<null>(fetch, `/organisations/${organisation.value.id}/domains/${domain}`, {
    method: "PUT",
  });
  return confirmed.ok ? organisation : confirmed;
}

type Organisation = { id: string; name: string };

const tagsOf = (form: FormData) => form.getAll("tag").map(String);

function setTags(event: RequestEvent, path: string, form: FormData, tagIds: string[]) {
  return call(event.fetch, `${path}/tags`, { method: "PUT", body: { tagIds }, headers: ifMatch(form) });
}

function patch(event: RequestEvent, path: string, form: FormData, body: Record<string, unknown>) {
  return call(event.fetch, path, { method: "PATCH", body, headers: ifMatch(form) });
}

function ifMatch(form: FormData): Record<string, string> {
  const version = form.get("version");
  return typeof version === "string" && version !== "" ? { "if-match": `"${version}"` } : {};
}
