import { isDeepStrictEqual } from "node:util";
import { type Db, deskId as asDeskId, type DeskId, lookUp, type Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import { sql } from "kysely";
import { type Mistake, type ReadDeskFile, readDeskFile } from "./desk-file.ts";
import type { DeskFiles } from "./desk-folder.ts";
import { type DeskFile, settingsOf } from "./desk-settings.ts";
import { type Desk, type DeskTemplate, findDesk, forgetDesk, ticketSequence } from "./desk-store.ts";
import { findForeignMailboxes, replaceMailboxes } from "./mailbox-store.ts";
import { applyPolicies } from "./policy-application.ts";
import { lockPromises } from "./policy-store.ts";
import { applySite, readSiteFiles, type WrittenSite } from "./site-files.ts";
import { readTemplateFile, type TemplateKind } from "./template-file.ts";

/** `changed` names what is other than before: "policy", "mailboxes", "templates/notice.fr". */
export type Applied = { deskId: DeskId; slug: string; created: boolean; changed: string[] };

/** What a file says of a desk. */
type WrittenDesk = Omit<Desk, "promises">;

type Checked = { file: DeskFile; templates: DeskTemplate[]; site: WrittenSite };

/**
 * Makes the desk be what the files say: made if there is none of that slug, else changed. Whole or nothing; the same
 * files again change nothing.
 * @param kinds the templates that a desk may word itself
 * @param force what the file says of policies and calendars counts also where the API changed them since
 */
export async function applyDesk(
  db: Db,
  world: World,
  files: DeskFiles,
  kinds: readonly TemplateKind[],
  { force = false }: { force?: boolean } = {},
): Promise<Applied | { errors: Mistake[] }> {
  const checked = checkFiles(files, kinds);
  if ("errors" in checked) return checked;
  const existing = await lookUp(db, "desk", checked.file.slug);
  const deskId = existing ?? asDeskId(newId(world));
  try {
    return await db.transaction(deskId, (tx) => apply(tx, world, deskId, checked, force));
  } catch (error) {
    if (error instanceof Refused) return { errors: error.errors };
    throw error;
  } finally {
    forgetDesk(db, deskId);
  }
}

/** Rolls back what was written before the mistakes were found. */
class Refused extends Error {
  readonly errors: Mistake[];

  constructor(errors: Mistake[]) {
    super("the desk is not applied");
    this.errors = errors;
  }
}

function checkFiles(files: DeskFiles, kinds: readonly TemplateKind[]): Checked | { errors: Mistake[] } {
  const desk = readDeskFile(files.deskYaml);
  if ("errors" in desk) return desk; // Without its languages the templates cannot be judged.
  const read = files.templates.map((file) => readTemplateFile(file, kinds, desk.file.languages));
  const templates = read.flatMap((each) => ("template" in each ? [each.template] : []));
  const { site, errors: mistakes } = readSiteFiles(files, desk.file.languages);
  const errors = [...read.flatMap((each) => ("errors" in each ? each.errors : [])), ...mistakes];
  if (errors.length === 0) errors.push(...findWordless(desk, templates, kinds));
  return errors.length > 0 ? { errors } : { file: desk.file, templates, site };
}

/** The languages that the desk would write in and has no words for: neither of its own nor of the program's. */
function findWordless(
  { file, placeOf }: ReadDeskFile,
  templates: DeskTemplate[],
  kinds: readonly TemplateKind[],
): Mistake[] {
  return file.languages.flatMap((language, index) => {
    const hasOwn = (name: string) => templates.some((each) => each.name === name && each.language === language);
    const missing = kinds.filter(({ name, languages }) => !languages.includes(language) && !hasOwn(name));
    if (missing.length === 0) return [];
    const files = missing.map(({ name }) => `templates/${name}.${language}.md`).join(", ");
    const sentence = `The program has no words in "${language}", and the desk lacks ${files}. Add them, or leave "${language}" out.`;
    return [{ place: placeOf(["languages", index]), sentence }];
  });
}

async function apply(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { file, templates, site }: Checked,
  force: boolean,
): Promise<Applied> {
  const foreign = await findForeignMailboxes(tx, deskId, file.mailboxes);
  if (foreign.length > 0) throw new Refused(foreign.map(mailboxOfAnotherDesk));
  const { settings, promises } = settingsOf(file);
  const desk: WrittenDesk = { deskId, slug: file.slug, name: file.name, settings, templates };
  const before = await findDesk(tx, deskId);
  const changed = changesBetween(before, desk);
  if (before === null) await createDesk(tx, deskId, file.slug);
  if (changed.length > 0) await saveDesk(tx, world, desk);
  await lockPromises(tx, deskId);
  const policies = await applyPolicies(tx, deskId, promises, { now: world.clock.now(), force });
  if (policies.errors.length > 0) throw new Refused(policies.errors);
  return {
    deskId,
    slug: file.slug,
    created: before === null,
    changed: [...new Set([...changed, ...policies.changed, ...(await applySite(tx, deskId, site))])],
  };
}

function mailboxOfAnotherDesk(address: string): Mistake {
  return { place: "desk.yaml: mailboxes", sentence: `${address} belongs to another desk of this installation.` };
}

/** Everything of a new desk, and of another what its new self has otherwise. */
function changesBetween(before: WrittenDesk | null, after: WrittenDesk): string[] {
  const was = partsOf(before);
  const is = partsOf(after);
  const names = [...new Set([...was.keys(), ...is.keys()])];
  return names.filter((name) => !isDeepStrictEqual(was.get(name), is.get(name)));
}

/** By the name that an operator knows each part by, as JSON would give it back. */
function partsOf(desk: WrittenDesk | null): Map<string, unknown> {
  if (desk === null) return new Map();
  const { name, settings, templates } = desk;
  const worded = templates.map((template) => [`templates/${template.name}.${template.language}`, template]);
  const parts = { name, ...settings, ...Object.fromEntries(worded) };
  return new Map(Object.entries(JSON.parse(JSON.stringify(parts)) as object));
}

/** What a desk has once: its slug, and the sequence that numbers its tickets. */
async function createDesk(tx: Tx, deskId: DeskId, slug: string): Promise<void> {
  await tx.insertInto("directory").values({ kind: "desk", key: slug, desk_id: deskId }).execute();
  await sql`create sequence ${sql.id(ticketSequence(deskId))}`.execute(tx);
}

/** The desk's row comes first: two who apply at once wait for each other there. */
async function saveDesk(tx: Tx, world: World, { deskId, slug, name, settings, templates }: WrittenDesk): Promise<void> {
  const columns = { name, settings: JSON.stringify(settings), applied_at: world.clock.now() };
  await tx
    .insertInto("desk")
    .values({ desk_id: deskId, slug, ...columns })
    .onConflict((conflict) => conflict.column("desk_id").doUpdateSet(columns))
    .execute();
  await replaceMailboxes(tx, world, deskId, settings.mailboxes);
  await tx.deleteFrom("template").where("desk_id", "=", deskId).execute();
  if (templates.length === 0) return;
  await tx
    .insertInto("template")
    .values(templates.map((template) => ({ ...template, desk_id: deskId })))
    .execute();
}
