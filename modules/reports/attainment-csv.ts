import { stringify } from "csv-stringify/sync";
import type { Figures } from "./attainment.ts";
import type { AttainmentReport } from "./attainment-report.ts";

const COLUMNS = [
  ...["grouping", "group", "tickets", "met", "breached", "raised", "pending", "running", "void"],
  ...["attainment", "proven", "presumed", "p50_ms", "p90_ms", "worst_ms"],
];

/** The report's tables as one (RFC 4180, UTF-8 with the mark that Excel asks for): a line for each group of each grouping.
 *  Names come from outside: one that a spreadsheet would take for a formula is marked as text. */
export function attainmentCsv(report: AttainmentReport): string {
  const { target, from, to } = { ...report.choice, ...report.period };
  const lines = [
    line("total", `${target} ${from.toString()} ${to.toString()}`, report.total),
    ...report.months.map(({ month, figures }) => line("month", month, figures)),
    ...report.priorities.map(({ priority, figures }) => line("priority", priority, figures)),
    ...report.organisations.map(({ organisation, figures }) => line("organisation", organisation?.name ?? "", figures)),
  ];
  return stringify([COLUMNS, ...lines], { bom: true, record_delimiter: "windows", escape_formulas: true });
}

function line(grouping: string, group: string, figures: Figures) {
  const { tickets, met, breached, raised, pending, running, void: voided, attainment, proven, presumed } = figures;
  const { p50Ms, p90Ms, worstMs } = figures.spread;
  return [
    ...[grouping, group, tickets, met, breached, raised, pending, running, voided],
    ...[attainment?.toFixed(4) ?? "", proven, presumed, p50Ms, p90Ms, worstMs],
  ];
}
