import { createHash } from "node:crypto";
import type { Db, DeskId, Tx } from "@permanence/database";
import { canonicalJson, type Instant, instant, newId, type World } from "@permanence/kernel";
import { type ColumnType, sql } from "kysely";
import { csvText, DIRECTORY_COLUMNS, type DirectoryRow, readDirectoryFile } from "./directory-file.ts";
import { readDirectory } from "./directory-import-source.ts";
import { writeDirectory } from "./directory-import-writes.ts";
import { planDirectory, type PlannedLine, type Rights } from "./directory-plan.ts";
import type { Desk } from "./desk-store.ts";

export type Outcome = PlannedLine["outcome"];
export type Counts = Record<Outcome, number>;

/** A file that was given, and what taking it over would do, or did. */
export type DirectoryImport = {
  id: string;
  fileName: string;
  madeAt: Instant;
  counts: Counts;
  appliedAt: Instant | null;
};

declare module "@permanence/database" {
  interface Tables {
    directory_import: {
      desk_id: DeskId;
      import_id: string;
      file_name: string;
      file: Buffer;
      made_by: string;
      made_at: Instant;
      digest: Buffer;
      counts: ColumnType<Counts, string, string>;
      applied_at: Instant | null;
    };
    directory_import_line: {
      desk_id: DeskId;
      import_id: string;
      line: number;
      outcome: Outcome;
      shown: ColumnType<PlannedLine, string, string>;
    };
  }
}

export type Mistake = { line: number; mistake: string };
export type Giver = { agentId: string; rights: Rights };

const DAY_MS = 86_400_000;
/** A file holds people's data: it is kept while it may be asked about. */
const KEPT_MS = 30 * DAY_MS;

/** What taking over a file would do. Nothing of the directory is changed. */
export async function previewDirectory(
  tx: Tx,
  desk: Desk,
  file: Uint8Array,
  rights: Rights,
  now: Instant,
): Promise<{ lines: PlannedLine[] } | Mistake> {
  const read = readDirectoryFile(file);
  return "mistake" in read ? read : { lines: (await plan(tx, desk, read.rows, rights, now)).lines };
}

async function plan(tx: Tx, desk: Desk, rows: DirectoryRow[], rights: Rights, now: Instant) {
  const source = await readDirectory(tx, desk.deskId, rows);
  const policies = desk.promises.policies.filter(({ holdsFrom }) => holdsFrom <= now).map(({ name }) => name);
  const lines = planDirectory(rows, source.model, { rights, languages: desk.settings.languages, policies });
  return { source, lines };
}

/** Keeps a file with what taking it over would do; files of more than thirty days ago go. */
export async function addImport(
  tx: Tx,
  world: World,
  desk: Desk,
  { file, fileName, agentId, rights }: Giver & { file: Buffer; fileName: string },
): Promise<string | Mistake> {
  const now = world.clock.now();
  const preview = await previewDirectory(tx, desk, file, rights, now);
  if ("mistake" in preview) return preview;
  await tx
    .deleteFrom("directory_import")
    .where("desk_id", "=", desk.deskId)
    .where("made_at", "<", instant(now - KEPT_MS))
    .execute();
  const import_id = newId(world);
  await tx
    .insertInto("directory_import")
    .values({
      ...{
        desk_id: desk.deskId,
        import_id,
        file_name: fileName,
        file,
        made_by: agentId,
        made_at: now,
        applied_at: null,
      },
      ...{ digest: digestOf(preview.lines), counts: JSON.stringify(countsOf(preview.lines)) },
    })
    .execute();
  await keepLines(tx, desk.deskId, import_id, preview.lines);
  return import_id;
}

async function keepLines(tx: Tx, deskId: DeskId, importId: string, lines: PlannedLine[]): Promise<void> {
  const rows = lines.map((shown) => ({ line: shown.line, outcome: shown.outcome, shown }));
  await sql`
    insert into directory_import_line (desk_id, import_id, line, outcome, shown)
    select ${deskId}::uuid, ${importId}::uuid, line, outcome, shown
    from json_to_recordset(${JSON.stringify(rows)}::json) as n (line int, outcome text, shown jsonb)`.execute(tx);
}

export function countsOf(lines: PlannedLine[]): Counts {
  const counts: Counts = { made: 0, changed: 0, unchanged: 0, refused: 0 };
  for (const { outcome } of lines) counts[outcome]++;
  return counts;
}

function digestOf(lines: PlannedLine[]): Buffer {
  return createHash("sha256").update(canonicalJson(lines)).digest();
}

export type ApplyRefusal = "not-found" | "applied" | "changed";

/**
 * Takes a file over, all lines but those that were refused, in one transaction, and exactly as it was shown. Where the
 * directory changed meanwhile so that it would be otherwise, nothing is done, and what is shown is made anew.
 */
export async function applyImport(
  db: Db,
  world: World,
  desk: Desk,
  importId: string,
  giver: Giver,
): Promise<"done" | ApplyRefusal> {
  const outcome = await db
    .transaction(desk.deskId, async (tx) => {
      const result = await applyShown(tx, world, desk, importId, giver);
      if (result === "changed") throw new Changed();
      return result;
    })
    .catch((error: unknown) => {
      if (error instanceof Changed || isDuplicate(error)) return "changed" as const;
      throw error;
    });
  if (outcome === "changed")
    await db.transaction(desk.deskId, (tx) => showAgain(tx, world, desk, importId, giver.rights));
  return outcome;
}

/** Takes back whatever the transaction did. */
class Changed extends Error {}

/** Somebody else made the same address, external id or domain meanwhile. */
function isDuplicate(error: unknown): boolean {
  return error instanceof Error && ((error as { code?: unknown }).code === "23505" || isDuplicate(error.cause));
}

async function applyShown(tx: Tx, world: World, desk: Desk, importId: string, { agentId, rights }: Giver) {
  const now = world.clock.now();
  const row = await lockImport(tx, desk.deskId, importId);
  if (row === undefined) return "not-found";
  if (row.applied_at !== null) return "applied";
  const read = readDirectoryFile(row.file);
  if ("mistake" in read) return "changed"; // A newer program reads files otherwise.
  const { source, lines } = await plan(tx, desk, read.rows, rights, now);
  if (!digestOf(lines).equals(row.digest)) return "changed";
  if (!(await writeDirectory(tx, world, desk.deskId, source, agentId))) return "changed";
  await tx
    .updateTable("directory_import")
    .set({ applied_at: now })
    .where("desk_id", "=", desk.deskId)
    .where("import_id", "=", importId)
    .execute();
  return "done";
}

async function lockImport(tx: Tx, deskId: DeskId, importId: string) {
  return await tx
    .selectFrom("directory_import")
    .select(["file", "digest", "applied_at"])
    .where("desk_id", "=", deskId)
    .where("import_id", "=", importId)
    .forUpdate()
    .executeTakeFirst();
}

async function showAgain(tx: Tx, world: World, desk: Desk, importId: string, rights: Rights): Promise<void> {
  const row = await lockImport(tx, desk.deskId, importId);
  if (row === undefined || row.applied_at !== null) return;
  const preview = await previewDirectory(tx, desk, row.file, rights, world.clock.now());
  if ("mistake" in preview) return;
  await tx
    .deleteFrom("directory_import_line")
    .where("desk_id", "=", desk.deskId)
    .where("import_id", "=", importId)
    .execute();
  await keepLines(tx, desk.deskId, importId, preview.lines);
  await tx
    .updateTable("directory_import")
    .set({ digest: digestOf(preview.lines), counts: JSON.stringify(countsOf(preview.lines)) })
    .where("desk_id", "=", desk.deskId)
    .where("import_id", "=", importId)
    .execute();
}

export async function findImport(tx: Tx, deskId: DeskId, importId: string): Promise<DirectoryImport | null> {
  return (await selectImports(tx, deskId).where("import_id", "=", importId).executeTakeFirst()) ?? null;
}

/** The newest first. */
export async function listImports(tx: Tx, deskId: DeskId, limit: number): Promise<DirectoryImport[]> {
  return await selectImports(tx, deskId).orderBy("made_at", "desc").orderBy("import_id", "desc").limit(limit).execute();
}

function selectImports(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("directory_import")
    .select(["import_id as id", "file_name as fileName", "made_at as madeAt", "counts", "applied_at as appliedAt"])
    .where("desk_id", "=", deskId);
}

/** Lines behind `after`, in their order. */
export async function listLines(
  tx: Tx,
  deskId: DeskId,
  importId: string,
  { outcome, after, limit }: { outcome?: Outcome | undefined; after?: number | undefined; limit: number },
): Promise<PlannedLine[]> {
  const rows = await tx
    .selectFrom("directory_import_line")
    .select("shown")
    .where("desk_id", "=", deskId)
    .where("import_id", "=", importId)
    .$if(outcome !== undefined, (query) => query.where("outcome", "=", outcome!))
    .where("line", ">", after ?? 0)
    .orderBy("line")
    .limit(limit)
    .execute();
  return rows.map(({ shown }) => shown);
}

/** The lines that are refused, as they were given, each with its place and the reason: to be put right and given again. */
export async function refusedLines(tx: Tx, deskId: DeskId, importId: string): Promise<string | null> {
  const row = await lockImport(tx, deskId, importId);
  if (row === undefined) return null;
  const read = readDirectoryFile(row.file);
  const given = new Map("mistake" in read ? [] : read.rows.map(({ line, cells }) => [line, cells]));
  const refused = await listLines(tx, deskId, importId, { outcome: "refused", limit: given.size });
  const rows = refused.map(({ line, reason }) => {
    const cells = given.get(line);
    return [String(line), reason ?? "", ...DIRECTORY_COLUMNS.map((column) => cells?.[column] ?? "")];
  });
  return csvText([["line", "reason", ...DIRECTORY_COLUMNS], ...rows]);
}
