import type { Db, DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import { type Figures, figuresOf, type Priority, Tally } from "./attainment.ts";
import {
  type ClockChoice,
  type ClockColumns,
  FIRST_CODE,
  LETTERS,
  PRIORITIES,
  readClockColumns,
} from "./clock-columns.ts";
import { type Organisation, type Organisations, readOrganisations } from "./reported-organisations.ts";
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

const HOURS_A_WEEK = 168;
/** Pieces that are read at once: PostgreSQL reckons one on each of two cores. */
const READERS = 2;

/** Answers from what is stored at `asOf`: a report is read while tickets change, piece by piece. */
export async function reportAttainment(db: Db, deskId: DeskId, asked: Asked): Promise<AttainmentReport> {
  const { choice, period } = asked;
  const sums = new Sums(period.timeZone, await db.transaction(deskId, (tx) => readOrganisations(tx, deskId)));
  const left = piecesOf(period).values();
  const readOn = () =>
    db.transaction(deskId, async (tx) => {
      for (const piece of left) sums.add(piece, await readClockColumns(tx, deskId, choice, piece));
    });
  await Promise.all(Array.from({ length: READERS }, readOn));
  return { ...asked, ...sums.report(monthsOf(period)) };
}

class Sums {
  readonly #timeZone: string;
  readonly #organisationsOf: Organisations;
  /** By month, then by priority: all other sums but the organisations' are made of these. */
  readonly #months = new Map<string, Record<Priority, Tally>>();
  readonly #organisations = new Map<Organisation | null, Tally>();
  readonly #hours = Array.from({ length: HOURS_A_WEEK }, () => ({ tickets: 0, late: 0 }));

  constructor(timeZone: string, organisations: Organisations) {
    this.#timeZone = timeZone;
    this.#organisationsOf = organisations;
  }

  add(piece: Piece, { count, startedMs, tookMs, letters, customers }: ClockColumns): void {
    const hourOf = hoursOfWeek(piece, this.#timeZone);
    const month = madeIfMissing(this.#months, piece.month, talliesByPriority);
    for (let i = 0; i < count; i++) {
      const meaning = LETTERS[letters.charCodeAt(i) - FIRST_CODE]!;
      month[meaning.priority].add(meaning, tookMs[i]!);
      const organisation = this.#organisationsOf.find(customers, 16 * i);
      madeIfMissing(this.#organisations, organisation, () => new Tally()).add(meaning, tookMs[i]!);
      const hour = this.#hours[hourOf(startedMs[i]!)]!;
      hour.tickets++;
      if (meaning.outcome === "breached") hour.late++;
    }
  }

  report(months: string[]): Omit<AttainmentReport, keyof Asked> {
    const all = [...this.#months.values()];
    const organisations = [...this.#organisations].map(([organisation, tally]) => ({
      organisation,
      figures: figuresOf([tally]),
    }));
    return {
      total: figuresOf(all.flatMap((tallies) => Object.values(tallies))),
      months: months.map((month) => ({ month, figures: figuresOf(Object.values(this.#months.get(month) ?? {})) })),
      priorities: PRIORITIES.map((priority) => ({ priority, figures: figuresOf(all.map((month) => month[priority])) })),
      organisations: organisations.toSorted((a, b) => b.figures.tickets - a.figures.tickets || inName(a, b)),
      hours: this.#hours,
    };
  }
}

function talliesByPriority(): Record<Priority, Tally> {
  return { urgent: new Tally(), high: new Tally(), normal: new Tally(), low: new Tally() };
}

function madeIfMissing<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

type Named = { organisation: { name: string } | null };
const inName = (a: Named, b: Named): number =>
  (a.organisation?.name ?? "").localeCompare(b.organisation?.name ?? "", "fr");
