import type { Role } from "#lib/api/account-types.ts";
import type { Messages } from "#lib/messages/fr.ts";

export type SettingsPage = {
  href: string;
  /** Who may open it, for the whole desk. Where it is missing, everybody for themselves. */
  roles?: Role[];
  title: (m: Messages) => string;
  lead: (m: Messages) => string;
};

const LEADS: Role[] = ["lead", "admin"];
const ADMINS: Role[] = ["admin"];

/** What the settings' first page lists, in its order. A new page needs a line here and nothing else. */
export const SETTINGS_PAGES: SettingsPage[] = [
  page("/settings/security", undefined, (m) => m.settings.page.security),
  page("/settings/views", undefined, (m) => m.agentDay.views),
  page("/settings/notifications", undefined, (m) => ({
    title: m.agentDay.news.choices,
    lead: m.agentDay.news.choicesLead,
  })),
  page("/settings/keys", undefined, (m) => m.agentDay.keys),
  page("/settings/people", LEADS, (m) => m.settings.page.people),
  page("/settings/teams", LEADS, (m) => m.agentDay.teams),
  page("/settings/rules", LEADS, (m) => m.agentDay.rules),
  page("/settings/tags", LEADS, (m) => m.agentDay.tags),
  page("/settings/tokens", ADMINS, (m) => m.settings.page.tokens),
  page("/settings/audit", ADMINS, (m) => m.settings.page.audit),
];

function page(
  href: string,
  roles: Role[] | undefined,
  words: (m: Messages) => { title: string; lead: string },
): SettingsPage {
  return { href, ...(roles && { roles }), title: (m) => words(m).title, lead: (m) => words(m).lead };
}
