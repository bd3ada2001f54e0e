import { query } from "#lib/api/call.ts";
import type { CustomerTicketLine } from "#lib/api/portal-types.ts";
import type { Page } from "#lib/api/types.ts";
import { needOwn } from "#lib/site/portal-visit.ts";
import type { PageServerLoad } from "./$types";

const SHOWN = ["all", "open-ones", "closed"] as const;

export const load: PageServerLoad = async (event) => {
  const asked = event.url.searchParams.get("show");
  const show = SHOWN.find((each) => each === asked) ?? "all";
  const cursor = event.url.searchParams.get("after");
  const path = `/my/tickets${query({ state: show, limit: 20, cursor })}`;
  return { show, isFirst: cursor === null, tickets: await needOwn<Page<CustomerTicketLine>>(event, path) };
};
