import { announce, type DeskId, type Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";
import { type ColumnType, type Generated, sql } from "kysely";

export type IncidentState = "offered" | "dismissed" | "running" | "resolved";
/** What is said to everybody, by language; where one is missing, the desk's order of languages counts. */
export type Texts = Partial<Record<string, string>>;

type Json<T> = ColumnType<T, string, string>;

export type IncidentRow = {
  desk_id: DeskId;
  incident_id: string;
  state: IncidentState;
  title: Texts;
  is_public: boolean;
  began_at: Instant;
  accepted_at: Instant | null;
  resolved_at: Instant | null;
  version: number;
};

declare module "@permanence/database" {
  interface Tables {
    incident: Omit<IncidentRow, "title" | "version"> & { title: Json<Texts>; version: Generated<number> };
    incident_ticket: {
      desk_id: DeskId;
      incident_id: string;
      ticket_id: string;
      joined_at: Instant;
      joined_by: string;
      left_at: Generated<Instant | null>;
    };
    incident_update: {
      desk_id: DeskId;
      incident_id: string;
      update_id: string;
      at: Instant;
      kind: "begun" | "update" | "resolved";
      text: Json<Texts>;
      made_by: string | null;
    };
    incident_action: {
      desk_id: DeskId;
      incident_id: string;
      action_id: string;
      ticket_id: string;
      reply: ColumnType<Texts | null, string | null, never>;
      closes: boolean;
      made_by: string;
      made_at: Instant;
      done_at: Generated<Instant | null>;
      outcome: Generated<string | null>;
    };
  }
}

type NewIncident = Pick<IncidentRow, "state" | "title" | "is_public" | "began_at"> & {
  ticketIds: string[];
  joinedBy: string;
};

export async function addIncident(tx: Tx, world: World, deskId: DeskId, wanted: NewIncident): Promise<string> {
  const incidentId = newId(world);
  const { state, title, is_public, began_at, ticketIds, joinedBy } = wanted;
  await tx
    .insertInto("incident")
    .values({
      ...{ desk_id: deskId, incident_id: incidentId, state, title: JSON.stringify(title), is_public, began_at },
      ...{ accepted_at: state === "offered" ? null : world.clock.now(), resolved_at: null },
    })
    .execute();
  await joinIncident(tx, world, deskId, incidentId, ticketIds, joinedBy);
  announce(tx, deskId, { type: "incident", incidentId });
  return incidentId;
}

/** Tickets that are of another incident stay there. @returns how many joined */
export async function joinIncident(
  tx: Tx,
  world: World,
  deskId: DeskId,
  incidentId: string,
  ticketIds: string[],
  joinedBy: string,
): Promise<number> {
  if (ticketIds.length === 0) return 0;
  const { numAffectedRows = 0n } = await sql`
    insert into incident_ticket as i (desk_id, incident_id, ticket_id, joined_at, joined_by)
    select ${deskId}, ${incidentId}, t.ticket_id, ${world.clock.now()}, ${joinedBy}
    from ticket t where t.desk_id = ${deskId} and t.ticket_id = any(${ticketIds}::uuid[])
      and not exists (select from incident_ticket o
        where o.desk_id = t.desk_id and o.ticket_id = t.ticket_id and o.left_at is null)
    on conflict (desk_id, incident_id, ticket_id) do update set left_at = null, joined_by = excluded.joined_by`.execute(
    tx,
  );
  announce(tx, deskId, { type: "incident", incidentId });
  return Number(numAffectedRows);
}

export async function leaveIncident(tx: Tx, deskId: DeskId, incidentId: string, ticketId: string, at: Instant) {
  const { numUpdatedRows } = await tx
    .updateTable("incident_ticket")
    .set({ left_at: at })
    .where("desk_id", "=", deskId)
    .where("incident_id", "=", incidentId)
    .where("ticket_id", "=", ticketId)
    .where("left_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Locked until the transaction ends. */
export async function lockIncident(tx: Tx, deskId: DeskId, incidentId: string): Promise<IncidentRow | null> {
  const row = await tx
    .selectFrom("incident")
    .selectAll()
    .where("desk_id", "=", deskId)
    .where("incident_id", "=", incidentId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row ?? null;
}

export async function changeIncident(
  tx: Tx,
  { desk_id: deskId, incident_id: incidentId, version }: IncidentRow,
  change: Partial<Pick<IncidentRow, "state" | "title" | "is_public" | "accepted_at" | "resolved_at">>,
): Promise<void> {
  const { title, ...others } = change;
  await tx
    .updateTable("incident")
    .set({ ...others, ...(title && { title: JSON.stringify(title) }), version: version + 1 })
    .where("desk_id", "=", deskId)
    .where("incident_id", "=", incidentId)
    .execute();
  announce(tx, deskId, { type: "incident", incidentId });
}

/** The tickets that are of it now, the first one first. */
export async function findTicketsOfIncident(tx: Tx, deskId: DeskId, incidentId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("incident_ticket")
    .select("ticket_id")
    .where("desk_id", "=", deskId)
    .where("incident_id", "=", incidentId)
    .where("left_at", "is", null)
    .orderBy("joined_at")
    .orderBy("ticket_id")
    .execute();
  return rows.map(({ ticket_id }) => ticket_id);
}

type NewUpdate = { kind: "begun" | "update" | "resolved"; text: Texts; madeBy: string | null };

export async function addUpdate(
  tx: Tx,
  world: World,
  deskId: DeskId,
  incidentId: string,
  update: NewUpdate,
): Promise<void> {
  const { kind, text, madeBy } = update;
  await tx
    .insertInto("incident_update")
    .values({
      ...{ desk_id: deskId, incident_id: incidentId, update_id: newId(world), at: world.clock.now(), kind },
      ...{ text: JSON.stringify(text), made_by: madeBy },
    })
    .execute();
  announce(tx, deskId, { type: "incident", incidentId });
}

/** In the reader's language; where it is missing, in the first of the desk's that is there. */
export function textIn(texts: Texts, language: string, languages: readonly string[]): string {
  for (const each of [language, ...languages]) if (texts[each]) return texts[each];
  return Object.values(texts).find((text) => text !== undefined && text !== "") ?? "";
}
