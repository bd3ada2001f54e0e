import type { AttainmentReport } from "./attainment-report.ts";
import { INK, LINE, MARGIN, type Sheet, SOFT, WIDTH } from "./report-sheet.ts";

const PLOT_HEIGHT = 110;
const MET = "#1f7a4d";
const LATE = "#b3261e";

/** What is in time and proven is filled, presumed is hollow, late is crossed: so it is told apart without colours. */
export function drawMonths(sheet: Sheet, months: AttainmentReport["months"]): void {
  const { doc, words } = sheet;
  const most = Math.max(1, ...months.map(({ figures }) => figures.met + figures.breached));
  const top = doc.y;
  const step = WIDTH / months.length;
  const width = Math.min(step * 0.6, 40);
  figure(sheet, words.figure.months, () => {
    legend(sheet, top);
    const floor = top + 18 + PLOT_HEIGHT;
    doc
      .lineWidth(0.5)
      .moveTo(MARGIN, floor)
      .lineTo(MARGIN + WIDTH, floor)
      .stroke(LINE);
    for (const [i, { month, figures }] of months.entries()) {
      const x = MARGIN + i * step + (step - width) / 2;
      const heightOf = (count: number) => (count / most) * PLOT_HEIGHT;
      const presumed = Math.min(figures.presumed, figures.met);
      let y = floor;
      for (const [count, fill] of [
        [figures.met - presumed, filled],
        [presumed, hollow],
        [figures.breached, crossed],
      ] as const) {
        y -= heightOf(count);
        if (count > 0) fill(doc, x, y, width, heightOf(count));
      }
      if (months.length <= 24) monthMark(sheet, month, MARGIN + i * step, floor + 3, step);
    }
  });
  doc.x = MARGIN;
  doc.y = top + 18 + PLOT_HEIGHT + 22;
}

type Doc = Sheet["doc"];
type Draw = (doc: Doc, x: number, y: number, width: number, height: number) => void;

const filled: Draw = (doc, x, y, width, height) => void doc.rect(x, y, width, height).fill(MET);
const hollow: Draw = (doc, x, y, width, height) => {
  const inset = Math.min(0.4, height / 2);
  doc
    .lineWidth(0.8)
    .rect(x + 0.4, y + inset, width - 0.8, Math.max(0, height - 2 * inset))
    .fillAndStroke("#ffffff", MET);
};
const crossed: Draw = (doc, x, y, width, height) => {
  doc.rect(x, y, width, height).fill(LATE);
  doc.save().rect(x, y, width, height).clip().lineWidth(0.8);
  for (let across = -height; across < width; across += 4)
    doc.moveTo(x + across, y + height).lineTo(x + across + height, y);
  doc.stroke("#ffffff").restore();
};

function legend({ doc, words }: Sheet, top: number): void {
  let x = MARGIN;
  doc.font("text").fontSize(8);
  for (const [text, draw] of [
    [words.outcome.met, filled],
    [words.outcome.presumed, hollow],
    [words.outcome.breached, crossed],
  ] as const) {
    draw(doc, x, top + 1, 8, 8);
    doc.fillColor(SOFT).text(text, x + 12, top, { lineBreak: false });
    x += 24 + doc.widthOfString(text);
  }
}

function monthMark({ doc, words }: Sheet, month: string, x: number, y: number, width: number): void {
  const first = Temporal.PlainDate.from(`${month}-01`);
  const text = first.toLocaleString(words.locale, { month: width < 22 ? "narrow" : "short" });
  doc.font("text").fontSize(7).fillColor(SOFT).text(text, x, y, { width, align: "center", lineBreak: false });
  if (first.month === 1) doc.text(String(first.year), x, y + 8, { width, align: "center", lineBreak: false });
}

const CELL_HEIGHT = 12;
const DAY_WIDTH = 20;

/** The week as seven rows of 24 fields. The inner square grows with the count: shades alone print badly. */
export function drawHours(sheet: Sheet, hours: AttainmentReport["hours"]): void {
  const { doc, words } = sheet;
  const most = Math.max(1, ...hours.map(({ tickets }) => tickets));
  const top = doc.y;
  const cell = (WIDTH - DAY_WIDTH) / 24;
  figure(sheet, words.figure.hours, () => {
    doc.font("text").fontSize(7).fillColor(SOFT);
    for (let hour = 0; hour < 24; hour += 3)
      doc.text(`${hour}`, MARGIN + DAY_WIDTH + hour * cell, top, { width: cell, align: "center", lineBreak: false });
    for (const [day, name] of words.days.entries()) {
      const y = top + 11 + day * CELL_HEIGHT;
      doc.fillColor(SOFT).text(name, MARGIN, y + 2, { lineBreak: false });
      for (let hour = 0; hour < 24; hour++) {
        const x = MARGIN + DAY_WIDTH + hour * cell;
        doc.lineWidth(0.3).rect(x, y, cell, CELL_HEIGHT).stroke(LINE);
        const part = Math.sqrt(hours[24 * day + hour]!.tickets / most);
        const [width, height] = [(cell - 2) * part, (CELL_HEIGHT - 2) * part];
        if (part > 0) doc.rect(x + (cell - width) / 2, y + (CELL_HEIGHT - height) / 2, width, height).fill(INK);
      }
    }
  });
  doc.x = MARGIN;
  doc.y = top + 11 + 7 * CELL_HEIGHT + 8;
}

function figure({ doc }: Sheet, alt: string, draw: () => void): void {
  doc.addStructure(doc.struct("Figure", { alt }, draw));
}
