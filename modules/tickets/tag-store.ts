import { announce, type DeskId, type Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import { type Generated, sql } from "kysely";
import type { TicketChange } from "./ticket-change.ts";

/** By name, not by value: a page draws each with its own token, legible in both themes. */
export const TAG_COLOURS = ["grey", "blue", "teal", "green", "amber", "red"] as const;
export type TagColour = (typeof TAG_COLOURS)[number];

declare module "@permanence/database" {
  interface Tables {
    tag: {
      desk_id: DeskId;
      tag_id: string;
      name: string;
      colour: TagColour;
      merged_into: Generated<string | null>;
      version: Generated<number>;
    };
  }
}

export type Tag = { id: string; name: string; colour: TagColour };
export type CountedTag = Tag & { version: number };

/** By name; not those that were merged into others. @param words that the name begins with */
export async function listTags(tx: Tx, deskId: DeskId, words?: string): Promise<CountedTag[]> {
  return tx
    .selectFrom("tag")
    .select(["tag_id as id", "name", "colour", "version"])
    .where("desk_id", "=", deskId)
    .where("merged_into", "is", null)
    .$if(!!words, (query) => query.where(sql<boolean>`starts_with(lower(name), lower(${words}))`))
    .orderBy(sql`lower(name)`)
    .limit(500)
    .execute();
}

/** Each id with the one that it stands for now. */
export async function findTagFamilies(tx: Tx, deskId: DeskId): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom("tag")
    .select(["tag_id", "merged_into"])
    .where("desk_id", "=", deskId)
    .orderBy("tag_id")
    .execute();
  return new Map(rows.map(({ tag_id, merged_into }) => [tag_id, merged_into ?? tag_id]));
}

/** Makes a tag; that of the same name, in any case of letters, where there is one. */
export async function findOrMakeTag(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { name, colour }: { name: string; colour: TagColour },
): Promise<CountedTag> {
  await tx
    .insertInto("tag")
    .values({ desk_id: deskId, tag_id: newId(world), name, colour })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return tx
    .selectFrom("tag")
    .select(["tag_id as id", "name", "colour", "version"])
    .where("desk_id", "=", deskId)
    .where("merged_into", "is", null)
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .executeTakeFirstOrThrow();
}

type TagRefused = "not-found" | "changed-meanwhile" | "name-taken";

export async function changeTag(
  tx: Tx,
  deskId: DeskId,
  tagId: string,
  change: { name: string; colour: TagColour },
  allows: (version: number) => boolean,
): Promise<CountedTag | TagRefused> {
  const tags = await lockTags(tx, deskId);
  const tag = tags.find(({ id }) => id === tagId);
  if (tag === undefined) return "not-found";
  if (!allows(tag.version)) return "changed-meanwhile";
  const isTaken = tags.some(({ id, name }) => id !== tagId && name.toLowerCase() === change.name.toLowerCase());
  if (isTaken) return "name-taken";
  const version = tag.version + 1;
  await tx
    .updateTable("tag")
    .set({ ...change, version })
    .where("desk_id", "=", deskId)
    .where("tag_id", "=", tagId)
    .execute();
  announce(tx, deskId, { type: "tags" });
  return { id: tagId, ...change, version };
}

/** From now on one tag stands for the other too, on all tickets at once: they keep the id that they were given. */
export async function mergeTag(
  tx: Tx,
  deskId: DeskId,
  tagId: string,
  intoId: string,
): Promise<CountedTag | "not-found" | "itself"> {
  if (tagId === intoId) return "itself";
  const tags = await lockTags(tx, deskId);
  const into = tags.find(({ id }) => id === intoId);
  if (into === undefined || !tags.some(({ id }) => id === tagId)) return "not-found";
  await tx
    .updateTable("tag")
    .set({ merged_into: intoId })
    .where("desk_id", "=", deskId)
    .where((either) => either.or([either("tag_id", "=", tagId), either("merged_into", "=", tagId)]))
    .execute();
  announce(tx, deskId, { type: "tags" });
  return into;
}

function lockTags(tx: Tx, deskId: DeskId): Promise<CountedTag[]> {
  return tx
    .selectFrom("tag")
    .select(["tag_id as id", "name", "colour", "version"])
    .where("desk_id", "=", deskId)
    .where("merged_into", "is", null)
    .orderBy("tag_id")
    .forUpdate()
    .execute();
}

export const MOST_TAGS = 20;

/** Gives a ticket these tags and no others. "no-such-tag" where the desk has one of them no more. */
export async function setTags(
  tx: Tx,
  change: TicketChange,
  actor: string,
  tagIds: string[],
): Promise<"done" | "no-such-tag"> {
  const { desk_id: deskId, tag_ids: before } = change.ticket;
  const families = await findTagFamilies(tx, deskId);
  const wanted = [...new Set(tagIds.map((id) => families.get(id) ?? null))];
  if (wanted.includes(null)) return "no-such-tag";
  const had = new Set(before.map((id) => families.get(id) ?? id));
  const added = wanted.filter((id) => !had.has(id!));
  const removed = [...had].filter((id) => !wanted.includes(id));
  if (added.length + removed.length === 0) return "done";
  const names = new Map((await listTags(tx, deskId)).map(({ id, name }) => [id, name]));
  const named = (ids: (string | null)[]) => ids.map((id) => names.get(id!) ?? "");
  change.set({ tag_ids: wanted as string[] });
  change.record("tagged", actor, { added: named(added), removed: named(removed) });
  return "done";
}
