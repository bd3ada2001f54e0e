import type { DeskId, Task } from "@permanence/database";
import { ATTEND_TICKET, INCIDENT_ACTION, type IncidentAction, offerIncidents } from "@permanence/tickets";
import { requeueIncidentActions, runIncidentAction } from "@permanence/tickets";
import { attendForgotten, attendTicket, carryOnDue } from "./attendance.ts";
import { sendCanary } from "./canary.ts";
import { alertOfGaps } from "./gap-alerts.ts";
import { concludeOpenDeliveries } from "./page-conclusion.ts";
import { SEND_PAGE, type SendPage } from "./page-queue.ts";
import { type PageSending, sendPage } from "./page-sending.ts";

/** All that the duty does by itself: jobs, and what is looked at from time to time. */
export type DutyWork = {
  tasks: Record<string, Task>;
  /** Each second: call-outs that are due, and what became of pages. */
  carryOn(deskId: DeskId): Promise<void>;
  /** Each few seconds: tickets that are alike. */
  offerIncidents(deskId: DeskId): Promise<void>;
  /** Each half minute: tickets without a call-out, the day's canary, gaps ahead. */
  lookAhead(deskId: DeskId): Promise<void>;
};

export function openDuty(sending: PageSending): DutyWork {
  const { db, world } = sending;
  return {
    tasks: {
      [ATTEND_TICKET]: ({ deskId, ticketId }: { deskId: DeskId; ticketId: string }) =>
        attendTicket(sending, deskId, ticketId),
      [SEND_PAGE]: (job: SendPage) => sendPage(sending, job),
      [INCIDENT_ACTION]: (job: IncidentAction) => runIncidentAction(db, world, job),
    },
    async carryOn(deskId) {
      await concludeOpenDeliveries(sending, deskId);
      await carryOnDue(sending, deskId);
    },
    offerIncidents: (deskId) => offerIncidents(db, world, deskId),
    async lookAhead(deskId) {
      await attendForgotten(sending, deskId);
      await requeueIncidentActions(db, world, deskId);
      await sendCanary(db, world, deskId);
      await alertOfGaps(db, world, deskId);
    },
  };
}
