import { CsvError, parse } from "csv-parse/sync";

// A file of customers, as spreadsheets write it.

export const DIRECTORY_COLUMNS = [
  "organisation",
  "organisation_external_id",
  "domains",
  "language",
  "contract",
  "name",
  "emails",
  "phone",
  "contact_external_id",
  "sees",
] as const;
export type DirectoryColumn = (typeof DIRECTORY_COLUMNS)[number];

/** One line of the file: what stands in its columns, without white space around. `line` counts from 1, the header's. */
export type DirectoryRow = { line: number; cells: Record<DirectoryColumn, string> };

/** What a file holds, or why none of it can be read, with the line where that shows. */
export type ReadFile = { rows: DirectoryRow[] } | { line: number; mistake: string };

const MOST_ROWS = 50_000;
const LONGEST_CELL = 2_000;
/** Columns that a file of refused lines has beside, so that it can be put right and given again. */
const IGNORED = new Set(["line", "reason"]);
const OTHER_NAMES: Record<string, DirectoryColumn> = {
  ...{ email: "emails", e_mail: "emails", e_mails: "emails", "email(s)": "emails", "e_mail(s)": "emails" },
  ...{ phones: "phone", domain: "domains" },
};

/** Reads a file with commas, semicolons or tabs between its columns. Its first line names them, in any order. */
export function readDirectoryFile(file: Uint8Array): ReadFile {
  const text = decoded(file).replaceAll(/\r\n?/g, "\n"); // Else the parser counts some lines twice.
  if (text.includes("\0")) return { line: 1, mistake: "This is no text. Save the table as CSV and give that file." };
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      ...{ delimiter: delimiterOf(text), info: true, relax_column_count: true, skip_empty_lines: true, bom: true },
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = (error as { lines?: number }).lines ?? 1;
    return { line, mistake: "The quotation marks do not match: a quoted text has no end, or a stray mark in it." };
  }
  const [header, ...lines] = records;
  if (header === undefined) return { line: 1, mistake: "The file is empty." };
  if (lines.length > MOST_ROWS)
    return { line: MOST_ROWS, mistake: `The file has more than ${MOST_ROWS} lines. Divide it.` };
  const columns = columnsOf(header.record);
  if (!Array.isArray(columns)) return { line: 1, ...columns };
  const rows = lines.map((line) => ({ line: beginningOf(line), cells: cellsOf(line.record, columns) }));
  const long = rows.find(({ cells }) => Object.values(cells).some((cell) => cell.length > LONGEST_CELL));
  if (long) return { line: long.line, mistake: `A cell has more than ${LONGEST_CELL} characters.` };
  return { rows: rows.filter(({ cells }) => Object.values(cells).some((cell) => cell !== "")) };
}

/** UTF-8, or UTF-16 where its mark says so; what is neither is Windows-1252, as spreadsheets on Windows write it. */
function decoded(file: Uint8Array): string {
  const [first, second] = file;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(file);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    return new TextDecoder("windows-1252").decode(file);
  }
}

/** What stands most often in the first line. No name of a column has any of them. */
function delimiterOf(text: string): string {
  const [header = ""] = text.split(/[\r\n]/, 1);
  const counts = [";", ",", "\t"].map((mark) => ({ mark, count: header.split(mark).length }));
  return counts.toSorted((a, b) => b.count - a.count)[0]!.mark;
}

/** On which line a record begins: quoted texts may have several. */
function beginningOf({ record, info }: { record: string[]; info: { lines: number } }): number {
  const within = record.map((cell) => cell.split("\n").length - 1);
  return info.lines - within.reduce((sum, count) => sum + count, 0);
}

type Column = DirectoryColumn | null;

function columnsOf(header: string[]): Column[] | { mistake: string } {
  const names = header.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, "_"),
  );
  const columns = names.map((name): Column | undefined => {
    if (Object.hasOwn(OTHER_NAMES, name)) return OTHER_NAMES[name];
    if (name === "" || IGNORED.has(name)) return null;
    return DIRECTORY_COLUMNS.find((column) => column === name);
  });
  const unknown = columns.indexOf(undefined);
  if (unknown !== -1)
    return {
      mistake: `There is no column "${header[unknown]!.trim().slice(0, 100)}". Columns: ${DIRECTORY_COLUMNS.join(", ")}.`,
    };
  const named = columns.filter((column) => column !== null && column !== undefined);
  const twice = named.find((column, index) => named.indexOf(column) !== index);
  if (twice) return { mistake: `The column "${twice}" stands there twice.` };
  if (!named.includes("organisation") && !named.includes("emails") && !named.includes("contact_external_id"))
    return { mistake: "The first line must name the columns: organisation, emails or contact_external_id at least." };
  return columns as Column[];
}

function cellsOf(record: string[], columns: Column[]): Record<DirectoryColumn, string> {
  const cells = Object.fromEntries(DIRECTORY_COLUMNS.map((column) => [column, ""])) as Record<DirectoryColumn, string>;
  columns.forEach((column, index) => {
    if (column !== null) cells[column] = (record[index] ?? "").trim();
  });
  return cells;
}

/** Several in one cell: between them white space, commas, semicolons or bars. */
export function partsOf(cell: string): string[] {
  return [...new Set(cell.split(/[\s,;|]+/).filter((part) => part !== ""))];
}

/** A table as text that `readDirectoryFile` and spreadsheets read. @param rows the names of the columns first */
export function csvText(rows: string[][]): string {
  const quoted = (cell: string) => (/[";,\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  // By its mark, programs on Windows know that it is UTF-8.
  return "\uFEFF" + rows.map((row) => row.map(quoted).join(";") + "\r\n").join("");
}

/** To begin with: an organisation, then its people. */
export const SAMPLE_ROWS: string[][] = [
  [...DIRECTORY_COLUMNS],
  ["Agence Exemple", "A-100", "agence.example", "fr", "", "", "", "", "", "own"],
  [
    "Agence Exemple",
    "A-100",
    "",
    "fr",
    "",
    "Prénom Nom",
    "nom@agence.example prive@mail.example",
    "+32 2 000 00 00",
    "P-1",
    "",
  ],
  ["Agence Exemple", "A-100", "", "nl", "", "Voornaam Naam", "naam@agence.example", "", "P-2", "organisation"],
];
