import { fail, redirect } from "@sveltejs/kit";
import { call, query } from "#lib/api/call.ts";
import type { CallOut, DutyGap, DutyOverride, OnDuty, Rota, Shift } from "#lib/api/duty-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Me, Page } from "#lib/api/types.ts";
import { instantOf } from "#lib/promises/policy-form.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

type Items<T> = { items: T[] };
type Agent = { id: string; name: string; email: string };

const AHEAD_MS = 60 * 86_400_000;

export const load: PageServerLoad = async (event) => {
  event.depends("app:duty");
  const me = await need<Me>(event, "/me");
  const window = query({ from: me.now, until: new Date(Date.parse(me.now) + AHEAD_MS).toISOString() });
  const [now, running, shifts, gaps, overrides, agents, rotas] = await Promise.all([
    need<Items<OnDuty>>(event, "/duty"),
    need<Items<CallOut>>(event, "/call-outs?running=true"),
    need<Items<Shift>>(event, `/duty/shifts${window}`),
    need<Items<DutyGap>>(event, `/duty/gaps${window}`),
    need<Items<DutyOverride>>(event, "/duty/overrides"),
    need<Page<Agent>>(event, "/agents?limit=200"),
    call<Items<Rota>>(event.fetch, "/rotas"), // For leads.
  ]);
  return {
    ...{ onDuty: now.items, running: running.items, gaps: gaps.items, overrides: overrides.items },
    mine: shifts.items.filter(({ agent }) => agent.id === me.agent.id).slice(0, 20),
    rotaNames: [...new Set(now.items.flatMap(({ rota }) => rota ?? []))],
    agents: agents.items,
    rotas: rotas.ok ? rotas.value.items : null,
  };
};

export const actions: Actions = {
  acknowledge: async (event) => {
    const id = encodeURIComponent(String((await event.request.formData()).get("id") ?? ""));
    return answer(await call(event.fetch, `/call-outs/${id}/acknowledgement`, { method: "POST" }));
  },
  override: async (event) => {
    const form = await event.request.formData();
    const timeZone = await zoneOf(event);
    const text = (name: string) => String(form.get(name) ?? "");
    const level = Number(text("level") || "1") - 1;
    const body = { rota: text("rota"), level, agentId: text("agent"), ...spanOf(form, "", timeZone) };
    return answer(await call(event.fetch, "/duty/overrides", { method: "POST", body }));
  },
  swap: async (event) => {
    const form = await event.request.formData();
    const timeZone = await zoneOf(event);
    const [first, second] = [spanOf(form, "first", timeZone), spanOf(form, "second", timeZone)];
    const body = { rota: String(form.get("rota") ?? ""), first, second };
    return answer(await call(event.fetch, "/duty/swaps", { method: "POST", body }));
  },
  takeBack: async (event) => {
    const id = encodeURIComponent(String((await event.request.formData()).get("id") ?? ""));
    return answer(await call(event.fetch, `/duty/overrides/${id}`, { method: "DELETE" }));
  },
};

async function zoneOf(event: RequestEvent): Promise<string> {
  return (await need<Me>(event, "/me")).desk.timeZone;
}

function spanOf(form: FormData, prefix: string, timeZone: string) {
  const at = (name: string) => {
    const text = String(form.get(prefix + name) ?? "");
    return instantOf(text, timeZone) ?? text;
  };
  return { from: at("from"), until: at("until") };
}

function answer(answered: Awaited<ReturnType<typeof call>>) {
  if (!answered.ok) return fail(answered.problem.status || 503, { problem: answered.problem });
  redirect(303, "/duty");
}
