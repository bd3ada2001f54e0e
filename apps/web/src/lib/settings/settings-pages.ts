import type { Role } from "#lib/api/account-types.ts";
import type { Messages } from "#lib/messages/fr.ts";

type SettingsPage = {
  href: string;
  /** Who may open it; everybody where it is missing. */
  roles?: Role[];
  title: (m: Messages) => string;
  lead: (m: Messages) => string;
};

/** What the settings' first page lists, in its order. A new page needs a line here and nothing else. */
export const SETTINGS_PAGES: SettingsPage[] = [
  {
    href: "/settings/security",
    title: (m) => m.settings.page.security.title,
    lead: (m) => m.settings.page.security.lead,
  },
  {
    href: "/settings/people",
    roles: ["lead", "admin"],
    title: (m) => m.settings.page.people.title,
    lead: (m) => m.settings.page.people.lead,
  },
  {
    href: "/settings/tokens",
    roles: ["admin"],
    title: (m) => m.settings.page.tokens.title,
    lead: (m) => m.settings.page.tokens.lead,
  },
  {
    href: "/settings/audit",
    roles: ["admin"],
    title: (m) => m.settings.page.audit.title,
    lead: (m) => m.settings.page.audit.lead,
  },
];
