import { need } from "#lib/api/page-data.ts";
import { query } from "#lib/api/call.ts";
import type { SearchAnswer } from "#lib/api/search-types.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const q = (event.url.searchParams.get("q") ?? "").trim().slice(0, 500);
  return { q, found: q === "" ? null : await need<SearchAnswer>(event, `/search${query({ q, limit: 50 })}`) };
};
