import { call } from "#lib/api/call.ts";
import type { PublicIncident } from "#lib/api/incident-types.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

/** Whose door it is. Where there are several desks nobody knows yet; the pages do without. */
export const load: LayoutServerLoad = async ({ fetch, locals }) => {
  const desk = await call<DoorPlate>(fetch, "/desk");
  if (!desk.ok) return { desk: null, running: [] };
  const path = `/desks/${encodeURIComponent(desk.value.slug)}/incidents?language=${locals.language}`;
  const told = await call<{ items: PublicIncident[] }>(fetch, path);
  const running = told.ok ? told.value.items.filter(({ state }) => state === "running") : [];
  return { desk: desk.value, running };
};
