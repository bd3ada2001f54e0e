import type { DeskId, Tx } from "@permanence/database";
import type { ReadMail } from "@permanence/mail";
import { domainOf, isPublicMailProvider } from "@permanence/people";
import { sql } from "kysely";
import type { SideThreadRow } from "./side-store.ts";
import { addressTokens, followed } from "./threading.ts";

/** The thread beside a ticket that a mail answers. */
export type NamedSideThread = {
  thread: Pick<SideThreadRow, "side_thread_id" | "ticket_id">;
  /** By the address that only its readers know, rather than by the mails that it follows. */
  byToken: boolean;
};

/**
 * Finds the thread beside a ticket that a mail answers, where its sender may write there: whoever the desk wrote to in it,
 * and their colleagues. Nobody else joins it, and a mail that joins it joins no ticket: what a supplier says never reaches
 * the customer.
 */
export async function findNamedSideThread(
  tx: Tx,
  deskId: DeskId,
  mail: ReadMail,
  { envelopeTo, sender }: { envelopeTo: string[]; sender: string | null },
): Promise<NamedSideThread | null> {
  if (sender === null) return null;
  const tokens = addressTokens(mail, envelopeTo).slice(0, MOST_TOKENS);
  for (const thread of await byToken(tx, deskId, tokens))
    if (await mayWriteIn(tx, deskId, thread.side_thread_id, sender)) return { thread, byToken: true };
  for (const thread of await byMessageIds(tx, deskId, followed(mail)))
    if (await mayWriteIn(tx, deskId, thread.side_thread_id, sender)) return { thread, byToken: false };
  return null;
}

const MOST_TOKENS = 50;
const MOST_CANDIDATES = 20;

async function byToken(tx: Tx, deskId: DeskId, tokens: string[]) {
  if (tokens.length === 0) return [];
  return tx
    .selectFrom("side_thread")
    .select(["side_thread_id", "ticket_id"])
    .where("desk_id", "=", deskId)
    .where("reply_token", "in", tokens)
    .execute();
}

async function byMessageIds(tx: Tx, deskId: DeskId, ids: string[]) {
  if (ids.length === 0) return [];
  const { rows } = await sql<NamedSideThread["thread"]>`
    select side_thread_id, ticket_id from side_thread s
    where desk_id = ${deskId} and (
      exists (select from outgoing_mail m where m.desk_id = ${deskId} and m.message_id = any(${ids}::text[])
        and m.side_thread_id = s.side_thread_id)
      or exists (select from inbound_mail m where m.desk_id = ${deskId} and m.message_id = any(${ids}::text[])
        and m.side_thread_id = s.side_thread_id))
    limit ${MOST_CANDIDATES}`.execute(tx);
  return rows;
}

/** Whoever was written to, or somebody of the same company: not of the same public mail provider. */
async function mayWriteIn(tx: Tx, deskId: DeskId, sideThreadId: string, address: string): Promise<boolean> {
  const sender = address.toLowerCase();
  const rows = await tx
    .selectFrom("outgoing_mail")
    .select("to_address")
    .distinct()
    .where("desk_id", "=", deskId)
    .where("side_thread_id", "=", sideThreadId)
    .execute();
  const domain = domainOf(sender);
  return rows.some(({ to_address: to }) => to === sender || (domainOf(to) === domain && !isPublicMailProvider(domain)));
}
