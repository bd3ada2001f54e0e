import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { PROMISED_TARGETS } from "@permanence/sla";
import { noticeStanding, NoticeStanding } from "./notice-standing.ts";
import { TAG_COLOURS } from "./tag-store.ts";
import { NOT_DUE } from "./ticket-clocks.ts";
import type { TicketListRow } from "./ticket-store.ts";
import { PRIORITIES } from "./ticket-tables.ts";

const Iso = z.string().openapi({ format: "date-time", example: "2026-12-24T16:30:00.000Z" });
const Named = z.object({ id: z.string(), name: z.string() });

export const TARGETS = ["response", ...PROMISED_TARGETS] as const;

const ClockView = z
  .object({
    target: z.enum(TARGETS),
    startedAt: Iso,
    dueAt: Iso,
    stoppedAt: Iso.nullable(),
    outcome: z.enum(["running", "pending", "met", "breached", "void"]),
    receipt: z.enum(["presumed", "delivered", "displayed"]).nullable(),
    cause: z.enum(["raised"]).nullable(),
    pausedAt: Iso.nullable().openapi({ description: "Since when it stands still: the ticket waits, or is on hold" }),
    published: z.boolean().openapi({ description: "Whether customers are told of this target" }),
    warned: z
      .number()
      .nullable()
      .openapi({ description: "The highest share of the target, in per cent, that was warned of" }),
  })
  .openapi("Clock");

export const TicketView = z
  .object({
    id: z.string(),
    number: z.number(),
    subject: z.string(),
    state: z.enum(["new", "open", "waiting", "on-hold", "closed"]),
    closedAs: z.enum(["solved", "workaround", "duplicate", "not-a-request"]).nullable(),
    closedAt: Iso.nullable(),
    priority: z.enum(PRIORITIES),
    priorityReason: z.string(),
    toBeClassified: z.boolean().openapi({ description: "Its words said too little: somebody is to classify it" }),
    language: z.string(),
    contact: z.object({ id: z.string(), name: z.string(), address: z.string() }),
    organisation: Named.nullable(),
    assignee: Named.nullable(),
    team: Named.nullable(),
    tags: z.array(z.object({ id: z.string(), name: z.string(), colour: z.enum(TAG_COLOURS) })),
    snooze: z.object({ until: Iso.nullable(), backAt: Iso.nullable() }).nullable().openapi({
      description:
        "Put aside: until when, null for until the customer writes; and when it comes back at the latest, by that or by the alarm of a clock",
    }),
    source: z.enum(["mail", "agent", "history", "form"]).openapi({
      description: "history: from before the desk took over; closed for good, and without clocks",
    }),
    receivedAt: Iso,
    updatedAt: Iso,
    version: z.number(),
    linkedTicket: z.object({ id: z.string(), number: z.number() }).nullable(),
    preview: z.string(),
    queuedBy: z.enum(TARGETS).nullable().openapi({
      description: "The clock that it stands in the queue by; null where none runs",
    }),
    clocks: z.array(ClockView).openapi({ description: "The response clock first" }),
    notice: NoticeStanding.nullable().openapi({
      description: "How far the notice came; null where none could be sent",
    }),
  })
  .openapi("Ticket");
export type TicketView = z.infer<typeof TicketView>;

const PREVIEW_LENGTH = 140;

export function ticketView(row: TicketListRow): TicketView {
  return {
    id: row.ticket_id,
    number: row.number,
    subject: row.subject,
    state: row.state,
    closedAs: row.closed_as,
    closedAt: isoOrNull(row.closed_at),
    priority: row.priority,
    priorityReason: row.priority_reason,
    toBeClassified: row.to_be_classified,
    language: row.language,
    contact: { id: row.contact_id, name: row.contact_name, address: row.contact_address ?? "" },
    organisation: named(row.belongs_to, row.organisation_name),
    assignee: named(row.assignee_id, row.assignee_name),
    team: named(row.team_id, row.team_name),
    tags: row.tags,
    snooze: row.snooze && { until: isoOrNull(row.snooze.until), backAt: backAt(row.snoozed_until) },
    source: row.source,
    receivedAt: toIso(row.received_at),
    updatedAt: toIso(row.updated_at),
    version: row.version,
    linkedTicket: row.linked_ticket_id === null ? null : { id: row.linked_ticket_id, number: row.linked_number! },
    preview: (row.preview ?? "").replace(/\s+/g, " ").trim().slice(0, PREVIEW_LENGTH),
    queuedBy: row.queued_by as TicketView["queuedBy"],
    clocks: row.clocks.map(clockView),
    notice: noticeStanding({
      ...row,
      receipt: row.clocks.find(({ target }) => target === "response")?.receipt ?? null,
    }),
  };
}

function clockView(clock: TicketListRow["clocks"][number]): z.infer<typeof ClockView> {
  const { target, outcome, receipt, cause, published, warned } = clock;
  return {
    target: target as z.infer<typeof ClockView>["target"],
    startedAt: toIso(clock.startedAt),
    dueAt: toIso(clock.dueAt),
    stoppedAt: isoOrNull(clock.stoppedAt),
    outcome,
    receipt,
    cause,
    pausedAt: isoOrNull(clock.pausedAt),
    published,
    warned,
  };
}

/** NOT_DUE stands for never. */
function backAt(at: TicketListRow["snoozed_until"]): string | null {
  return at === null || at >= NOT_DUE ? null : toIso(at);
}

function named(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? "" };
}

function isoOrNull(at: TicketListRow["closed_at"]): string | null {
  return at === null ? null : toIso(at);
}
