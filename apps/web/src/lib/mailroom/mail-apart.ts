import type { InboundMail } from "#lib/api/types.ts";

/** What the page of mail apart shows: kinds of mail that belong to no conversation, or everything. */
export const TABS = ["quarantined", "held", "auto-reply", "report", "all"] as const;

const APART: ReadonlySet<string> = new Set(["quarantined", "held", "auto-reply", "report"]);

/** Whether an agent may find that a person wrote it after all. The API has the last word. */
export function mayBecomeTicket({ kind, ticketId }: InboundMail): boolean {
  return ticketId === null && kind !== null && APART.has(kind);
}
