import { query } from "#lib/api/call.ts";
import type { Account, AuditEntry } from "#lib/api/account-types.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page } from "#lib/api/types.ts";
import { dayStart } from "#lib/settings/day-bounds.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const asked = (name: string) => event.url.searchParams.get(name);
  const { timeZone } = (await event.parent()).me.desk;
  const filter = { kind: asked("kind"), agent: asked("agent"), from: asked("from"), until: asked("until") };
  const bounds = { from: dayStart(filter.from, timeZone), until: dayStart(filter.until, timeZone, 1) };
  const [entries, accounts] = await Promise.all([
    need<Page<AuditEntry>>(event, `/audit-entries${query({ ...filter, ...bounds, cursor: asked("cursor") })}`),
    need<Page<Account>>(event, "/accounts?limit=200"),
  ]);
  return { entries: entries.items, next: entries.next, accounts: accounts.items, filter };
};
