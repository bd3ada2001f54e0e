import type { Problem, Ticket } from "#lib/api/types.ts";

/** What a ticket's page does after a change was tried on it. The ticket is named: by then the page may show another. */
export type Changing = {
  done: (changed: Ticket) => Promise<void>;
  failed: (changed: Ticket, problem: Problem) => Promise<void>;
};
