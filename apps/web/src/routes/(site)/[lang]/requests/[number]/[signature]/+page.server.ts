import { redirect } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { RequestStanding } from "#lib/api/site-types.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import type { PageServerLoad } from "./$types";

/** The browser that has just sent the request comes with a word that it alone was given: it has the confirmation. */
export const load: PageServerLoad = async ({ params, fetch, url, setHeaders }) => {
  setHeaders({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  const door = await call<DoorPlate>(fetch, "/desk");
  const link = `requests/${encodeURIComponent(params.number)}/${encodeURIComponent(params.signature)}`;
  const path = `/desks/${encodeURIComponent(door.ok ? door.value.slug : "")}/${link}`;
  const shown = url.searchParams.get("shown");
  if (shown !== null) {
    await call(fetch, `${path}/shown/${encodeURIComponent(shown)}`, { method: "PUT" });
    redirect(303, `/${params.lang}/${link}`);
  }
  const standing = await call<RequestStanding>(fetch, path);
  return { standing: standing.ok ? standing.value : null };
};
