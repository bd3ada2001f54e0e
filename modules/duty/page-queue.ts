import { addJob, type DeskId, type Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import type { Desk } from "@permanence/people";
import { findChannels } from "./channel-store.ts";
import type { PageRow } from "./duty-tables.ts";

export const SEND_PAGE = "send-page";

export type SendPage = { deskId: DeskId; pageId: string; channel: string };

/** The channel of an agent who set up none: their own address. */
export const OWN_ADDRESS = "email";

/** Each page by each channel of its person, with a job for each: before all other work. */
export async function queueDeliveries(
  tx: Tx,
  world: World,
  { deskId }: Desk,
  pages: readonly PageRow[],
): Promise<void> {
  for (const page of pages) {
    const channels = await findChannels(tx, deskId, page.agent_id);
    const ways = channels.map(({ channelId: channel, kind }) => ({ channel, kind }));
    if (ways.length === 0) ways.push({ channel: OWN_ADDRESS, kind: "email" });
    const known = { desk_id: deskId, page_id: page.page_id, state: "queued" as const, made_at: world.clock.now() };
    await tx
      .insertInto("page_delivery")
      .values(ways.map((way) => ({ ...known, ...way })))
      .execute();
    for (const { channel } of ways) addSendPage(tx, { deskId, pageId: page.page_id, channel });
  }
}

export function addSendPage(tx: Tx, job: SendPage): void {
  addJob(tx, SEND_PAGE, job, { key: `page:${job.pageId}:${job.channel}`, priority: -20 });
}
