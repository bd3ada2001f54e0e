import { call, query } from "#lib/api/call.ts";
import type { CustomerImport, ImportLine, ImportOutcome } from "#lib/api/customer-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { ended } from "#lib/customers/saving.ts";
import type { Actions, PageServerLoad, RequestEvent } from "./$types";

const pathOf = ({ params }: Pick<RequestEvent, "params">) => `/directory-imports/${encodeURIComponent(params.id)}`;
const OUTCOMES: ImportOutcome[] = ["made", "changed", "unchanged", "refused"];

export const load: PageServerLoad = async (event) => {
  const asked = event.url.searchParams;
  const show = OUTCOMES.find((outcome) => outcome === asked.get("show")) ?? null;
  const page = query({ outcome: show, cursor: asked.get("cursor"), limit: 100 });
  const [whole, lines] = await Promise.all([
    need<CustomerImport>(event, pathOf(event)),
    need<Page<ImportLine>>(event, `${pathOf(event)}/lines${page}`),
  ]);
  return { whole, lines: lines.items, next: lines.next, show };
};

export const actions: Actions = {
  default: async (event) =>
    ended(await call(event.fetch, `${pathOf(event)}/application`, { method: "POST" }), event.url.pathname),
};
