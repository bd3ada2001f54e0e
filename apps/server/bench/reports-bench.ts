import { systemClock, toIso } from "@permanence/kernel";
import { reportAttainment } from "@permanence/reports";
import { makeTickets } from "./made-tickets.ts";
import { openThrowawayDatabase } from "./throwaway-database.ts";

/** How long one report takes over so many tickets: the median of its runs. */
export type ReportsBench = { reports: { tickets: number; medianMs: number; runsMs: number[] }[] };

const RUNS = 5;
const TIME_ZONE = "Europe/Brussels";

/** Measures reports over desks of different sizes in one real database. */
export async function benchReports(counts: number[], report: (line: string) => void): Promise<ReportsBench> {
  const { db, close } = await openThrowawayDatabase();
  try {
    const reports: ReportsBench["reports"] = [];
    const asOf = systemClock.now();
    const today = Temporal.Instant.from(toIso(asOf)).toZonedDateTimeISO(TIME_ZONE).toPlainDate();
    const asked = {
      choice: { target: "response" },
      period: { from: today.subtract({ years: 2, months: 1 }), to: today, timeZone: TIME_ZONE },
      asOf,
    };
    for (const [place, tickets] of counts.entries()) {
      report(`Making ${tickets} tickets.`);
      const desk = await makeTickets(db, place + 1, tickets, asOf);
      const runsMs: number[] = [];
      for (let run = 0; run < RUNS; run++) {
        const startMs = performance.now();
        const { total } = await reportAttainment(db, desk, asked);
        runsMs.push(Math.round(performance.now() - startMs));
        if (total.tickets !== tickets) throw new Error(`the report counts ${total.tickets} of ${tickets} tickets`);
      }
      reports.push({ tickets, medianMs: runsMs.toSorted((a, b) => a - b)[RUNS >> 1]!, runsMs });
    }
    return { reports };
  } finally {
    await close();
  }
}
