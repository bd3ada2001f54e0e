import { type Instant, instant } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";
import type { AttendedTicket } from "./call-out-store.ts";
import type { Facts } from "./call-out-case.ts";

/** What the tickets of a call-out say together. One for an urgent ticket rests when it is no longer urgent; one for a ticket
 *  of high priority goes on when it becomes urgent.
 *  @param waitingMs how long a notice may be unproven; null: nobody calls for it */
export function factsOf(tickets: readonly AttendedTicket[], of: Priority, waitingMs: number | null): Facts {
  const counts = (priority: Priority) => priority === "urgent" || (of === "high" && priority === "high");
  const wanted = tickets.filter(({ isClosed, priority }) => !isClosed && counts(priority));
  const replies = wanted.flatMap(({ replyAt, replyBy }) =>
    replyAt === null || replyBy === null ? [] : [{ at: replyAt, agentId: replyBy }],
  );
  const uncalled = wanted.filter((each) => each.priority === "urgent" && !each.isProven && each.callAskedAt === null);
  const callTimes = waitingMs === null ? [] : uncalled.map(({ receivedAt }) => receivedAt + waitingMs);
  return {
    isWanted: wanted.length > 0,
    isUrgent: wanted.some(({ priority }) => priority === "urgent"),
    isConfirmed: wanted.some((each) => each.priority === "urgent" && !each.isByModel),
    isTaken: wanted.every((each) => each.assigneeId !== null || each.replyAt !== null),
    isAnswered: wanted.every(isAnswered),
    reply: replies.toSorted((a, b) => a.at - b.at).at(-1) ?? null,
    callAt: callTimes.length === 0 ? null : instant(Math.min(...callTimes)),
  };
}

/** Those whose customer is to be called by now. */
export function callsDue(tickets: readonly AttendedTicket[], waitingMs: number, now: Instant): string[] {
  return tickets
    .filter((each) => each.priority === "urgent" && !each.isClosed && !each.isProven && each.callAskedAt === null)
    .filter(({ receivedAt }) => receivedAt + waitingMs <= now)
    .map(({ ticketId }) => ticketId);
}

function isAnswered({ customerAt, replyAt }: AttendedTicket): boolean {
  return replyAt !== null && (customerAt === null || replyAt >= customerAt);
}
