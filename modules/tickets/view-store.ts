import { announce, type DeskId, type Tx } from "@permanence/database";
import { newId, type World } from "@permanence/kernel";
import type { ColumnType, Generated } from "kysely";
import { findTagFamilies } from "./tag-store.ts";
import { findTeamsOf } from "./team-store.ts";
import { type Viewer, type ViewFilter, viewFilterSchema } from "./view-filter.ts";

declare module "@permanence/database" {
  interface Tables {
    ticket_view: {
      desk_id: DeskId;
      view_id: string;
      owner_id: string | null;
      name: string;
      filter: ColumnType<ViewFilter, string, string>;
      version: Generated<number>;
    };
  }
}

export type StoredView = { id: string; ownerId: string | null; name: string; filter: ViewFilter; version: number };

const filterOf = (filter: Partial<ViewFilter>) => viewFilterSchema.parse(filter);

/** Those that every desk has, by their ids. */
export const BUILT_IN: Record<string, ViewFilter> = {
  mine: filterOf({ assignee: "me" }),
  nobody: filterOf({ assignee: "nobody" }),
  "my-teams": filterOf({ teams: ["mine"] }),
  breached: filterOf({ breached: true, snoozed: "shown" }), // Past its end, nothing is put aside.
  snoozed: filterOf({ snoozed: "only" }),
  open: filterOf({ snoozed: "shown" }),
  "closed-recently": filterOf({ closed: true }),
};

const COLUMNS = ["view_id as id", "owner_id as ownerId", "name", "filter", "version"] as const;

/** Shared ones and the agent's own, by name. */
export async function listViews(tx: Tx, deskId: DeskId, agentId: string): Promise<StoredView[]> {
  return tx
    .selectFrom("ticket_view")
    .select(COLUMNS)
    .where("desk_id", "=", deskId)
    .where((either) => either.or([either("owner_id", "is", null), either("owner_id", "=", agentId)]))
    .orderBy("name")
    .orderBy("view_id")
    .execute();
}

/** All of the desk's, whosever: what is counted apart for one is counted for all. */
export async function listAllFilters(tx: Tx, deskId: DeskId): Promise<ViewFilter[]> {
  const rows = await tx.selectFrom("ticket_view").select("filter").where("desk_id", "=", deskId).execute();
  return rows.map(({ filter }) => filter);
}

/** The filter of a view that the agent may see, built in, shared or their own; null for any other. */
export async function findViewFilter(
  tx: Tx,
  deskId: DeskId,
  agentId: string,
  viewId: string,
): Promise<ViewFilter | null> {
  if (Object.hasOwn(BUILT_IN, viewId)) return BUILT_IN[viewId]!;
  return (await listViews(tx, deskId, agentId)).find(({ id }) => id === viewId)?.filter ?? null;
}

/** What the desk's words stand for when this agent reads a view. */
export async function readViewer(tx: Tx, deskId: DeskId, agentId: string): Promise<Viewer> {
  const [teamIds, tagFamilies] = await Promise.all([findTeamsOf(tx, deskId, agentId), findTagFamilies(tx, deskId)]);
  return { agentId, teamIds, tagFamilies };
}

export type ViewWords = { name: string; filter: ViewFilter };

export const MOST_VIEWS = 50;

/** @param ownerId null: shared */
export async function addView(
  tx: Tx,
  world: World,
  deskId: DeskId,
  ownerId: string | null,
  { name, filter }: ViewWords,
): Promise<StoredView | "too-many"> {
  const known = await tx
    .selectFrom("ticket_view")
    .select("view_id")
    .where("desk_id", "=", deskId)
    .where("owner_id", ownerId === null ? "is" : "=", ownerId)
    .execute();
  if (known.length >= MOST_VIEWS) return "too-many";
  const id = newId(world);
  await tx
    .insertInto("ticket_view")
    .values({ desk_id: deskId, view_id: id, owner_id: ownerId, name, filter: JSON.stringify(filter) })
    .execute();
  announce(tx, deskId, { type: "views" });
  return { id, ownerId, name, filter, version: 1 };
}

/** Changes a view of this owner. @param allows whether the version that it has may be changed */
export async function changeView(
  tx: Tx,
  deskId: DeskId,
  { ownerId, viewId }: { ownerId: string | null; viewId: string },
  { name, filter }: ViewWords,
  allows: (version: number) => boolean,
): Promise<StoredView | "not-found" | "changed-meanwhile"> {
  const row = await tx
    .selectFrom("ticket_view")
    .select("version")
    .where("desk_id", "=", deskId)
    .where("view_id", "=", viewId)
    .where("owner_id", ownerId === null ? "is" : "=", ownerId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return "not-found";
  if (!allows(row.version)) return "changed-meanwhile";
  const version = row.version + 1;
  await tx
    .updateTable("ticket_view")
    .set({ name, filter: JSON.stringify(filter), version })
    .where("desk_id", "=", deskId)
    .where("view_id", "=", viewId)
    .execute();
  announce(tx, deskId, { type: "views" });
  return { id: viewId, ownerId, name, filter, version };
}

export async function removeView(
  tx: Tx,
  deskId: DeskId,
  { ownerId, viewId }: { ownerId: string | null; viewId: string },
): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("ticket_view")
    .where("desk_id", "=", deskId)
    .where("view_id", "=", viewId)
    .where("owner_id", ownerId === null ? "is" : "=", ownerId)
    .executeTakeFirst();
  if (numDeletedRows === 1n) announce(tx, deskId, { type: "views" });
  return numDeletedRows === 1n;
}
