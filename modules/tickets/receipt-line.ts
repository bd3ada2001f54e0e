import { type Instant, toIso } from "@permanence/kernel";
import type { EvidenceRow, OutgoingMailRow } from "@permanence/mail";
import type { ResponseTarget } from "@permanence/sla";

/** One stop of the notice's way to its reader, for the line that pages draw. */
export type ReceiptStop = {
  rung: "queued" | "handed-over" | "presumed" | "delivered" | "displayed" | "failed";
  at: string | null;
  /** When a stop that is not reached yet will be, if nothing comes back. */
  expectedAt: string | null;
  source: string;
};

/** What the policy says of a receipt. */
type Terms = Pick<ResponseTarget, "demands" | "waitingMs">;

/** The stops of a notice in order: those reached with their time, then those that may come. Pure. */
export function receiptStops(
  mail: Pick<OutgoingMailRow, "created_at"> | null,
  evidence: EvidenceRow[],
  { demands, waitingMs }: Terms,
  now: Instant,
): ReceiptStop[] {
  const { handedOver, delivered, displayed, failed } = readWay(evidence);
  const stops = [reached("queued", mail?.created_at ?? null, "outbox")];
  if (failed)
    return [
      ...stops,
      ...(handedOver ? [proven(handedOver)] : []),
      proven(failed),
      ...(displayed ? [proven(displayed)] : []),
    ];
  stops.push(handedOver ? proven(handedOver) : open("handed-over"));
  if (demands === "presumed" && handedOver && !delivered && !displayed) {
    const endsAt = (handedOver.at + waitingMs) as Instant;
    stops.push(now >= endsAt ? reached("presumed", endsAt, "no failure came back") : open("presumed", endsAt));
  }
  stops.push(delivered ? proven(delivered) : open("delivered"), displayed ? proven(displayed) : open("displayed"));
  return stops;
}

/**
 * Of several notices the one that came furthest: delivered, handed over, on its way, failed; of equals the first.
 * Null where there is none.
 *
 * @param mails oldest first
 */
export function bestNotice<M extends Pick<OutgoingMailRow, "outgoing_mail_id" | "state">>(
  mails: M[],
  evidence: EvidenceRow[],
): M | null {
  const standing = (mail: M) => {
    const way = readWay(evidence.filter((row) => row.outgoing_mail_id === mail.outgoing_mail_id));
    if (way.failed || mail.state === "failed") return 3;
    return way.displayed || way.delivered ? 0 : way.handedOver ? 1 : 2;
  };
  return mails.toSorted((a, b) => standing(a) - standing(b))[0] ?? null;
}

/** The first fact of each rung. A failure is over once the relay took the mail at a later attempt. */
function readWay(evidence: EvidenceRow[]) {
  const first = (rung: EvidenceRow["rung"], since = -Infinity) =>
    evidence.find((row) => row.rung === rung && row.at >= since);
  const handedOver = first("handed-over");
  const failed = first("failed", handedOver?.at);
  return { handedOver, failed, delivered: first("delivered"), displayed: first("displayed") };
}

function reached(rung: ReceiptStop["rung"], at: Instant | null, source: string): ReceiptStop {
  return { rung, at: at === null ? null : toIso(at), expectedAt: null, source };
}

function proven(row: EvidenceRow): ReceiptStop {
  return reached(row.rung, row.dated_at ?? row.at, row.source);
}

function open(rung: ReceiptStop["rung"], expectedAt: Instant | null = null): ReceiptStop {
  return { rung, at: null, expectedAt: expectedAt === null ? null : toIso(expectedAt), source: "" };
}
