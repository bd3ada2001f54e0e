import type { Db, Log, Tx } from "@permanence/database";
import { type Instant, type World } from "@permanence/kernel";
import { type Agent, type Desk, deskOf } from "@permanence/people";
import { queuePageMail } from "@permanence/tickets";
import { type Channel, type ChannelTarget, findChannel, noteChannel } from "./channel-store.ts";
import { concludeDelivery } from "./page-conclusion.ts";
import { type AllowedHosts, type Failure, postGuarded } from "./guarded-request.ts";
import { type PageContent, pageContent } from "./page-content.ts";
import { OWN_ADDRESS, type SendPage } from "./page-queue.ts";
import { pushKeys, pushRequest } from "./web-push.ts";
import { webhookRequest } from "./webhook.ts";

export type PageSending = {
  db: Db;
  world: World;
  /** Where browsers reach the site, without a slash at its end. */
  siteUrl: () => string;
  allowed: AllowedHosts;
  log: Log;
};

/** The job that sends one page by one channel. Run again, or twice at once, it sends once: see page-delivery.ts. */
export async function sendPage(sending: PageSending, job: SendPage): Promise<void> {
  const begun = await begin(sending, job);
  if (begun === null) return; // A mail is concluded once the relay has taken it.
  const failure = await post(sending, begun);
  if (failure !== null) sending.log(`A page could not be sent: ${failure.sentence}`);
  await concludeDelivery(sending, job, failure?.sentence ?? null);
}

type Begun = { channel: Channel; content: PageContent; desk: Desk; now: Instant };

/** Says that it begins, and commits that. Null where another run did, or where nothing is left to do. */
async function begin({ db, world, siteUrl }: PageSending, job: SendPage): Promise<Begun | null> {
  const { deskId, pageId, channel: channelId } = job;
  const desk = await deskOf(db, deskId);
  return await db.transaction(deskId, async (tx) => {
    const now = world.clock.now();
    const { numUpdatedRows } = await tx
      .updateTable("page_delivery")
      .set({ state: "begun", begun_at: now })
      .where("desk_id", "=", deskId)
      .where("page_id", "=", pageId)
      .where("channel", "=", channelId)
      .where("state", "=", "queued")
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return null;
    const content = await pageContent(tx, desk, pageId, siteUrl());
    const channel = channelId === OWN_ADDRESS ? null : await findChannel(tx, deskId, channelId);
    if (channel !== null && channel.kind !== "email") return { channel, content, desk, now };
    // A channel that was taken away meanwhile: the person's own address is left.
    const { address } = channel === null ? { address: content.agent.email } : (channel.target as { address: string });
    await mail(tx, world, desk, { job, agent: content.agent, address, content });
    return null;
  });
}

type Mailed = { job: SendPage; agent: Agent; address: string; content: PageContent };

async function mail(tx: Tx, world: World, desk: Desk, { job, agent, address, content }: Mailed): Promise<void> {
  const { title, text, url: link } = content;
  const outgoingMailId = await queuePageMail(tx, world, desk, { agent, address, words: { title, text, link } });
  await tx
    .updateTable("page_delivery")
    .set({ outgoing_mail_id: outgoingMailId })
    .where("desk_id", "=", job.deskId)
    .where("page_id", "=", job.pageId)
    .where("channel", "=", job.channel)
    .execute();
}

async function post({ db, allowed }: PageSending, { channel, content, desk, now }: Begun): Promise<Failure> {
  const { kind, target, channelId } = channel;
  const id = `${content.pageId}.${channelId}`; // The same for a page and a channel, whoever sends it.
  if (kind === "webhook") {
    const { data } = content;
    const payload = { type: "page.created", timestamp: new Date(now).toISOString(), data };
    return postGuarded(webhookRequest(target as WebhookTarget, { id, at: now, payload }), allowed);
  }
  const keys = await db.transaction(desk.deskId, (tx) => pushKeys(tx, desk.deskId));
  const { title, text, url, acknowledgeUrl, acknowledge } = content;
  const payload = { title, text, url, acknowledgeUrl, acknowledge, tag: content.callOutId };
  const contact = `mailto:${desk.settings.mailboxes[0]!.address}`;
  const topic = content.callOutId.replaceAll("-", "").slice(0, 32); // RFC 8030, section 5.4: 32 characters of base64url.
  return postGuarded(pushRequest(target as PushTarget, { keys, payload, topic, contact }), allowed);
}

type WebhookTarget = Extract<ChannelTarget, { url: string }>;
type PushTarget = Extract<ChannelTarget, { endpoint: string }>;

/** A page that is none: whether a channel works. @returns why it does not, null where it does */
export async function tryChannel(
  sending: PageSending,
  desk: Desk,
  { channel, content }: { channel: Channel; content: PageContent },
): Promise<string | null> {
  const { db, world } = sending;
  const now = world.clock.now();
  const failure = await post(sending, { channel, content, desk, now });
  await db.transaction(desk.deskId, (tx) =>
    noteChannel(tx, desk.deskId, channel.channelId, failure?.sentence ?? null, now),
  );
  return failure?.sentence ?? null;
}
