import { fileURLToPath } from "node:url";
import Pdf from "pdfkit";
import type { Figures } from "./attainment.ts";
import type { AttainmentReport } from "./attainment-report.ts";
import { drawHours, drawMonths } from "./report-figures.ts";
import { INK, LINE, MARGIN, type Sheet, SOFT, WIDTH } from "./report-sheet.ts";
import { durationText, type ReportLanguage, type ReportWords, WORDS } from "./report-words.ts";

type Options = { deskName: string; language: ReportLanguage };

const font = (style: string) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/public-sans/${style}/PublicSans_${style}.ttf`));
const BOTTOM = 841.89 - MARGIN - 24;
const MOST_ORGANISATIONS = 40;

/** The report as a tagged PDF in the reader's language. It prints in black and white: no figure tells by colour alone. */
export async function attainmentPdf(report: AttainmentReport, { deskName, language }: Options): Promise<Buffer> {
  const words = WORDS[language];
  const title = words.title[report.choice.target] ?? report.choice.target;
  const settings = {
    ...{ size: "A4", margin: MARGIN, bufferPages: true, tagged: true, lang: words.locale, displayTitle: true },
    ...{ pdfVersion: "1.7", subset: "PDF/UA", font: font("400Regular") },
    info: { Title: `${title} – ${deskName}`, CreationDate: new Date(report.asOf) },
  };
  const doc = new Pdf(settings as PDFKit.PDFDocumentOptions); // Its types know no PDF/UA yet.
  const bytes = collect(doc);
  doc.registerFont("text", font("400Regular")).registerFont("strong", font("600SemiBold"));
  const sheet: Sheet = { doc, words, language, number: new Intl.NumberFormat(words.locale) };

  head(sheet, report, { title, deskName });
  summary(sheet, report.total);
  section(sheet, words.byMonth);
  drawMonths(sheet, report.months);
  table(
    sheet,
    report.months.map(({ month, figures }) => row(sheet, monthText(month, words), figures)),
  );
  section(sheet, words.byPriority);
  table(
    sheet,
    report.priorities.map(({ priority, figures }) => row(sheet, words.priority[priority], figures)),
  );
  section(sheet, words.byHour);
  drawHours(sheet, report.hours);
  organisations(sheet, report.organisations);
  foot(sheet, report);
  doc.end();
  return bytes;
}

function collect(doc: Sheet["doc"]): Promise<Buffer> {
  const chunks: Buffer[] = [];
  doc.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    doc.on("end", () => resolve(Buffer.concat(chunks)));
    doc.on("error", reject);
  });
}

/** Text with its place in the document's structure, for whoever has it read aloud. */
function say({ doc }: Sheet, kind: "H1" | "H2" | "P", write: () => void): void {
  doc.addStructure(doc.struct(kind, {}, write));
}

function head(sheet: Sheet, { period }: AttainmentReport, { title, deskName }: { title: string; deskName: string }) {
  const { doc, words } = sheet;
  const day = (date: Temporal.PlainDate) => date.toLocaleString(words.locale, { dateStyle: "long" });
  say(sheet, "P", () => doc.font("text").fontSize(10).fillColor(SOFT).text(deskName));
  say(sheet, "H1", () => doc.font("strong").fontSize(22).fillColor(INK).text(title));
  say(sheet, "P", () =>
    doc
      .font("text")
      .fontSize(11)
      .fillColor(SOFT)
      .text(words.period(day(period.from), day(period.to))),
  );
}

function summary(sheet: Sheet, total: Figures): void {
  const { doc, words, number } = sheet;
  const n = (count: number) => number.format(count);
  doc.moveDown(1);
  if (total.attainment === null) return say(sheet, "P", () => doc.fontSize(11).fillColor(INK).text(words.nothing));
  say(sheet, "P", () =>
    doc
      .font("strong")
      .fontSize(26)
      .fillColor(INK)
      .text(words.kept(share(sheet, total.attainment))),
  );
  say(sheet, "P", () => {
    doc
      .font("text")
      .fontSize(11)
      .fillColor(INK)
      .text(words.decided(n(total.met), n(total.met + total.breached)));
  });
  doc.moveDown(0.4);
  say(sheet, "P", () =>
    doc
      .fontSize(10)
      .fillColor(SOFT)
      .text(words.receipts(n(total.proven), n(total.presumed))),
  );
  say(sheet, "P", () => doc.text(words.apart(n(total.raised), n(total.void), n(total.pending + total.running))));
}

/** A heading, on the next page where less than a figure's height is left. */
function section(sheet: Sheet, title: string): void {
  const { doc } = sheet;
  doc.x = MARGIN;
  if (doc.y + 170 > BOTTOM) doc.addPage();
  else doc.moveDown(1.4);
  say(sheet, "H2", () => doc.font("strong").fontSize(13).fillColor(INK).text(title, MARGIN));
  doc.moveDown(0.4);
}

/** "99,4 %". What is not quite all is never rounded to it. */
function share({ words }: Sheet, attainment: number | null): string {
  if (attainment === null) return "–";
  const shown = attainment < 1 ? Math.min(attainment, 0.999) : 1;
  return shown.toLocaleString(words.locale, { style: "percent", maximumFractionDigits: 1 });
}

function monthText(month: string, { locale }: ReportWords): string {
  const first = Temporal.PlainDate.from(`${month}-01`);
  return first.toLocaleString(locale, { month: "long", year: "numeric" });
}

function row(sheet: Sheet, group: string, figures: Figures): string[] {
  const { p50Ms, p90Ms, worstMs } = figures.spread;
  return [
    ...[group, sheet.number.format(figures.tickets), share(sheet, figures.attainment)],
    ...[
      sheet.number.format(figures.breached),
      ...[p50Ms, p90Ms, worstMs].map((ms) => durationText(ms, sheet.language)),
    ],
  ];
}

const COLUMNS = ["group", "tickets", "kept", "late", "p50", "p90", "worst"] as const;
const SHARES = [0.28, 0.12, 0.14, 0.1, 0.12, 0.12, 0.12];

function table(sheet: Sheet, rows: string[][]): void {
  const { doc, words } = sheet;
  doc.font("text").fontSize(9).fillColor(INK);
  const align = (place: number) => (place === 0 ? ("left" as const) : ("right" as const));
  const cell = (text: string, place: number, type: "TH" | "TD") => ({
    text,
    type,
    align: { x: align(place) } as const,
  });
  const structure = doc.struct("Sect");
  doc.addStructure(structure);
  const layout = {
    structParent: structure,
    columnStyles: SHARES.map((part) => part * WIDTH),
    defaultStyle: { border: { bottom: 0.5 }, borderColor: LINE, padding: { horizontal: 2, vertical: 4 } },
    position: { x: MARGIN, y: doc.y },
  };
  const grid = doc.table(layout);
  doc.font("strong");
  grid.row(COLUMNS.map((name, place) => cell(words.columns[name], place, "TH")));
  doc.font("text");
  for (const texts of rows) grid.row(texts.map((text, place) => cell(text, place, "TD")));
  grid.end();
  structure.end();
}

function organisations(sheet: Sheet, groups: AttainmentReport["organisations"]): void {
  const { doc, words, number } = sheet;
  if (groups.length === 0) return;
  section(sheet, words.byOrganisation);
  const shown = groups.slice(0, MOST_ORGANISATIONS);
  table(
    sheet,
    shown.map(({ organisation, figures }) => row(sheet, organisation?.name ?? words.noOrganisation, figures)),
  );
  const left = groups.length - shown.length;
  if (left > 0)
    say(sheet, "P", () =>
      doc
        .fontSize(9)
        .fillColor(SOFT)
        .text(words.more(number.format(left)), MARGIN),
    );
}

function foot({ doc, words }: Sheet, { asOf, period }: AttainmentReport): void {
  const when = Temporal.Instant.fromEpochMilliseconds(asOf).toZonedDateTimeISO(period.timeZone);
  const drawn = words.asOf(when.toLocaleString(words.locale, { dateStyle: "long", timeStyle: "short" }));
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page);
    doc.page.margins.bottom = 0; // Or the line below would begin a page of its own.
    doc.markContent("Artifact", { type: "Pagination" });
    doc.font("text").fontSize(8).fillColor(SOFT);
    const y = 841.89 - MARGIN + 8;
    doc.text(drawn, MARGIN, y, { lineBreak: false });
    doc.text(words.page(page - start + 1, count), MARGIN, y, { width: WIDTH, align: "right", lineBreak: false });
    doc.endMarkedContent();
  }
}
