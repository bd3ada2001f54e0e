import type { DeskId } from "@permanence/database";
import { type Instant, instant, toIso } from "@permanence/kernel";
import type { EvidenceRow } from "@permanence/mail";
import { expect, test } from "vitest";
import { bestNotice, receiptStops } from "./receipt-line.ts";

const START = instant(Date.UTC(2026, 5, 1, 9));
const WAITING_MS = 900_000;
const PRESUMED = { demands: "presumed", waitingMs: WAITING_MS } as const;

function after(ms: number): Instant {
  return instant(START + ms);
}

function fact(rung: EvidenceRow["rung"], ms: number, outgoing_mail_id: string | null = "a"): EvidenceRow {
  const ids = { desk_id: "desk" as DeskId, evidence_id: `${ms}`, ticket_id: "ticket", outgoing_mail_id };
  return { ...ids, rung, at: after(ms), dated_at: null, source: "relay", detail: "" };
}

/** As "rung" that is not reached, "rung 5" where it was reached after 5 ms, and "rung ~5" where it is expected then. */
function line(evidence: EvidenceRow[], now: Instant, terms: Parameters<typeof receiptStops>[2] = PRESUMED): string[] {
  const times = new Map(Array.from({ length: 30 }, (_, index) => [toIso(after(index)), `${index}`]));
  times.set(toIso(after(WAITING_MS + 5)), "waited");
  return receiptStops({ created_at: START }, evidence, terms, now).map(({ rung, at, expectedAt }) => {
    const when = at === null ? (expectedAt === null ? "" : ` ~${times.get(expectedAt)}`) : ` ${times.get(at)}`;
    return rung + when;
  });
}

const TAKEN = fact("handed-over", 5);
const WAITED = after(WAITING_MS + 5);

test.each<[string, EvidenceRow[], Instant, string[]]>([
  ["queued only", [], after(9), ["queued 0", "handed-over", "delivered", "displayed"]],
  [
    "within the waiting time",
    [TAKEN],
    instant(WAITED - 1),
    ["queued 0", "handed-over 5", "presumed ~waited", "delivered", "displayed"],
  ],
  ["at its end", [TAKEN], WAITED, ["queued 0", "handed-over 5", "presumed waited", "delivered", "displayed"]],
  [
    "delivered: nothing is presumed",
    [TAKEN, fact("delivered", 7)],
    WAITED,
    ["queued 0", "handed-over 5", "delivered 7", "displayed"],
  ],
  [
    "displayed: nothing is presumed",
    [TAKEN, fact("displayed", 8)],
    WAITED,
    ["queued 0", "handed-over 5", "delivered", "displayed 8"],
  ],
  ["refused", [fact("failed", 6)], WAITED, ["queued 0", "failed 6"]],
  ["came back", [TAKEN, fact("failed", 6)], WAITED, ["queued 0", "handed-over 5", "failed 6"]],
  [
    "came back, and told on the phone",
    [TAKEN, fact("failed", 6), fact("displayed", 8, null)],
    WAITED,
    ["queued 0", "handed-over 5", "failed 6", "displayed 8"],
  ],
  [
    "failed once, and was taken later",
    [fact("failed", 3), TAKEN],
    after(9),
    ["queued 0", "handed-over 5", "presumed ~waited", "delivered", "displayed"],
  ],
])("%s", (_, evidence, now, expected) => {
  expect(line(evidence, now)).toEqual(expected);
});

test.each(["delivered", "displayed"] as const)("nothing is presumed where the policy demands %s", (demands) => {
  const expected = ["queued 0", "handed-over 5", "delivered", "displayed"];
  for (const now of [after(6), WAITED])
    expect(line([TAKEN], now, { demands, waitingMs: WAITING_MS })).toEqual(expected);
});

test.each<[string, string, EvidenceRow[]]>([
  ["the first of equals", "a", []],
  ["one on its way before one that failed", "b", [fact("failed", 5)]],
  ["one handed over before one that waits", "b", [fact("handed-over", 5, "b")]],
  ["one that was delivered", "b", [TAKEN, fact("handed-over", 6, "b"), fact("delivered", 7, "b")]],
  ["one that stands before one that came back", "b", [TAKEN, fact("handed-over", 6, "b"), fact("failed", 7)]],
  ["the first of two that failed", "a", [fact("failed", 5), fact("failed", 6, "b")]],
])("of two notices: %s", (_, expected, evidence) => {
  const mails = ["a", "b"].map((outgoing_mail_id) => ({ outgoing_mail_id, state: "queued" as const }));
  expect(bestNotice(mails, evidence)?.outgoing_mail_id).toBe(expected);
  expect(bestNotice([], evidence)).toBeNull();
});
