import type Pdf from "pdfkit";
import type { ReportLanguage, ReportWords } from "./report-words.ts";

export const MARGIN = 48;
/** A4, in points. */
export const WIDTH = 595.28 - 2 * MARGIN;
export const INK = "#1d2530";
export const SOFT = "#566170";
export const LINE = "#d8dde3";

type Doc = InstanceType<typeof Pdf>;
/** Where everything is put: the document, the reader's words and numbers, and the way into the document's structure. */
export type Sheet = { doc: Doc; words: ReportWords; language: ReportLanguage; number: Intl.NumberFormat };
