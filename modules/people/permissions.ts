import type { Role } from "./people-tables.ts";

/** What somebody may have to do with: `tickets` is tickets with all their mail, and the quarantine; `domains` is to say
 *  which mail domains are an organisation's own; `promises` is policies, calendars and contracts;
 *  `duty` is to make rotas, and to say how people are called; `mailboxes` is to say what is taken from them;
 *  `teams` is to say who works with whom, to whom new tickets go, and by which words tickets are told apart;
 *  `site` is what the public site shows of the desk; `answers` is to write the answers that all take up; `privacy` is to erase what is kept of
 *  somebody who asks for it; `people` is to invite
 *  colleagues; `settings` is their rights, API tokens, and what is on record. Whoever works at a desk may see who else does,
 *  without any of these. */
export const PERMISSIONS = [
  "tickets",
  "customers",
  "domains",
  "promises",
  "mailboxes",
  "duty",
  "teams",
  "site",
  "answers",
  "privacy",
  "people",
  "settings",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const GRANTS: Record<Role, readonly Permission[]> = {
  agent: ["tickets", "customers"],
  lead: ["tickets", "customers", "domains", "promises", "duty", "teams", "site", "answers", "privacy", "people"],
  author: ["site"],
  admin: PERMISSIONS,
};

export function mayDo(role: Role, permission: Permission): boolean {
  return GRANTS[role].includes(permission);
}

/** Whether somebody may give this role: none that may do more than their own. */
export function mayGive(giver: Role, role: Role): boolean {
  return GRANTS[role].every((permission) => mayDo(giver, permission));
}
