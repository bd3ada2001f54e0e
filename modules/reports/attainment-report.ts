import type { Db, DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { clocksOf, type Figures, type Priority, Tallies, Tally } from "./attainment.ts";
import { type ClockChoice, type ClockColumns, readClockColumns } from "./clock-columns.ts";
import { type Organisations, readOrganisations } from "./reported-organisations.ts";
import { hoursOfWeek, monthsOf, type Period, type Piece, piecesOf } from "./report-period.ts";

/** A promise, and how it was kept: by month, priority and organisation, and when in the week tickets come. */
export type AttainmentReport = {
  choice: ClockChoice;
  period: Period;
  asOf: Instant;
  total: Figures;
  months: { month: string; figures: Figures }[];
  priorities: { priority: Priority; figures: Figures }[];
  /** The most tickets first. Null: people who belong to no organisation. */
  organisations: { organisation: { id: string; name: string } | null; figures: Figures }[];
  /** By hour of the week, from Monday midnight on, by the desk's wall clock. */
  hours: { tickets: number; late: number }[];
};

type Asked = Pick<AttainmentReport, "choice" | "period" | "asOf">;

const PRIORITIES: Priority[] = ["urgent", "high", "normal", "low"];
const HOURS_A_WEEK = 168;
/** Pieces that are read at once: PostgreSQL reckons one on each of two cores. */
const READERS = 2;

/** Answers from what is stored at `asOf`: a report is read while tickets change, piece by piece. */
export async function reportAttainment(db: Db, deskId: DeskId, asked: Asked): Promise<AttainmentReport> {
  const { choice, period } = asked;
  const sums = new Sums(period.timeZone, await db.transaction(deskId, (tx) => readOrganisations(tx, deskId)));
  const left = piecesOf(period).values();
  const readOn = async () => {
    for (const piece of left)
      sums.add(piece, await db.transaction(deskId, (tx) => readClockColumns(tx, deskId, choice, piece)));
  };
  await Promise.all(Array.from({ length: READERS }, readOn));
  return { ...asked, ...sums.report(monthsOf(period)) };
}

class Sums {
  readonly #timeZone: string;
  readonly #organisationOf: Organisations;
  readonly #total = new Tally();
  readonly #months = new Tallies<string>();
  readonly #priorities = new Tallies<Priority>();
  readonly #organisations = new Tallies<{ id: string; name: string } | null>();
  readonly #hours = Array.from({ length: HOURS_A_WEEK }, () => ({ tickets: 0, late: 0 }));

  constructor(timeZone: string, organisations: Organisations) {
    this.#timeZone = timeZone;
    this.#organisationOf = organisations;
  }

  add(piece: Piece, columns: ClockColumns): void {
    const hourOf = hoursOfWeek(piece, this.#timeZone);
    const month = this.#months.of(piece.month);
    for (const clock of clocksOf(columns)) {
      this.#total.add(clock);
      month.add(clock);
      this.#priorities.of(clock.priority).add(clock);
      this.#organisations.of(this.#organisationOf.get(clock.customer) ?? null).add(clock);
      const hour = this.#hours[hourOf(clock.startedAt)]!;
      hour.tickets++;
      if (clock.outcome === "breached") hour.late++;
    }
  }

  report(months: string[]): Omit<AttainmentReport, keyof Asked> {
    const organisations = this.#organisations.entries().map(([organisation, tally]) => ({
      organisation,
      figures: tally.figures(),
    }));
    return {
      total: this.#total.figures(),
      months: months.map((month) => ({ month, figures: this.#months.of(month).figures() })),
      priorities: PRIORITIES.map((priority) => ({ priority, figures: this.#priorities.of(priority).figures() })),
      organisations: organisations.toSorted((a, b) => b.figures.tickets - a.figures.tickets || inName(a, b)),
      hours: this.#hours,
    };
  }
}

type Named = { organisation: { name: string } | null };
const inName = (a: Named, b: Named): number =>
  (a.organisation?.name ?? "").localeCompare(b.organisation?.name ?? "", "fr");
