import type { DeskId, Tx } from "@permanence/database";
import { type Instant, newId, type World } from "@permanence/kernel";

export const CHANNEL_KINDS = ["push", "email", "webhook"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Where a page goes, and what proves that it is ours. */
export type ChannelTarget =
  /** A browser's subscription (W3C Push API). */
  | { endpoint: string; p256dh: string; auth: string }
  | { address: string }
  /** `secret`: "whsec_" and base64, as Standard Webhooks has it. */
  | { url: string; secret: string };

export type Channel = {
  channelId: string;
  agentId: string;
  kind: ChannelKind;
  label: string;
  target: ChannelTarget;
  madeAt: Instant;
  workedAt: Instant | null;
  failedAt: Instant | null;
  failure: string | null;
};

/** Everything that the person set up, the oldest first. */
export async function findChannels(tx: Tx, deskId: DeskId, agentId: string): Promise<Channel[]> {
  return await selectChannels(tx, deskId).where("agent_id", "=", agentId).orderBy("made_at").execute();
}

export async function findChannel(tx: Tx, deskId: DeskId, channelId: string): Promise<Channel | null> {
  return (await selectChannels(tx, deskId).where("channel_id", "=", channelId).executeTakeFirst()) ?? null;
}

function selectChannels(tx: Tx, deskId: DeskId) {
  return tx
    .selectFrom("page_channel")
    .select(["channel_id as channelId", "agent_id as agentId", "kind", "label", "target", "made_at as madeAt"])
    .select(["worked_at as workedAt", "failed_at as failedAt", "failure"])
    .where("desk_id", "=", deskId);
}

export async function addChannel(
  tx: Tx,
  world: World,
  deskId: DeskId,
  { agentId, kind, label, target }: Pick<Channel, "agentId" | "kind" | "label" | "target">,
): Promise<string> {
  const channelId = newId(world);
  await tx
    .insertInto("page_channel")
    .values({
      ...{ desk_id: deskId, channel_id: channelId, agent_id: agentId, kind, label },
      ...{ target: JSON.stringify(target), made_at: world.clock.now() },
    })
    .execute();
  return channelId;
}

/** @returns whether there was such a channel of theirs */
export async function removeChannel(tx: Tx, deskId: DeskId, agentId: string, channelId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom("page_channel")
    .where("desk_id", "=", deskId)
    .where("agent_id", "=", agentId)
    .where("channel_id", "=", channelId)
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

/** @param failure null: it took a page */
export async function noteChannel(tx: Tx, deskId: DeskId, channelId: string, failure: string | null, at: Instant) {
  const worked = { worked_at: at, failed_at: null, failure: null };
  await tx
    .updateTable("page_channel")
    .set(failure === null ? worked : { failed_at: at, failure })
    .where("desk_id", "=", deskId)
    .where("channel_id", "=", channelId)
    .execute();
}
