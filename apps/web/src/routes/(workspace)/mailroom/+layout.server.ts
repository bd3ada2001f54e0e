import { query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { OutgoingMail, Page } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

const FILTERS = { notice: { purpose: "notice" }, reply: { purpose: "reply" }, failed: { state: "failed" } };

export type MailFilter = "all" | keyof typeof FILTERS;

export const load: LayoutServerLoad = async (event) => {
  event.depends("app:outgoing-mails");
  const asked = event.url.searchParams.get("show") as keyof typeof FILTERS | null;
  const filter: MailFilter = asked && Object.hasOwn(FILTERS, asked) ? asked : "all";
  const cursor = event.url.searchParams.get("cursor");
  const chosen = filter === "all" ? {} : FILTERS[filter];
  return { filter, mails: await need<Page<OutgoingMail>>(event, `/outgoing-mails${query({ ...chosen, cursor })}`) };
};
