import { error } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { PublicIncident } from "#lib/api/incident-types.ts";
import type { Customer, Site } from "#lib/api/site-types.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { CUSTOMER_COOKIE } from "#lib/session.ts";
import type { LayoutServerLoad } from "./$types";

/** Whose site it is, what runs, and who reads. */
export const load: LayoutServerLoad = async ({ params, fetch, cookies, url }) => {
  if (!isLanguage(params.lang)) error(404, "Not found");
  const door = await call<DoorPlate>(fetch, "/desk");
  if (!door.ok) error(door.problem.status || 503, door.problem.detail ?? door.problem.title);
  const desk = `/desks/${encodeURIComponent(door.value.slug)}`;
  const [site, told, me] = await Promise.all([
    call<Site>(fetch, `${desk}/site?language=${params.lang}`),
    call<{ items: PublicIncident[] }>(fetch, `${desk}/incidents?language=${params.lang}`),
    cookies.get(CUSTOMER_COOKIE) === undefined ? null : call<Customer>(fetch, "/my"),
  ]);
  if (!site.ok) error(site.problem.status || 503, site.problem.detail ?? site.problem.title);
  const running = told.ok ? told.value.items.filter(({ state }) => state === "running") : [];
  const customer = me?.ok ? me.value : null;
  return { lang: params.lang, site: site.value, running, customer, relay: door.value.relay, origin: url.origin };
};
