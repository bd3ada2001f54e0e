import { createRoute, z } from "@hono/zod-openapi";
import { newToken, toIso, type World } from "@permanence/kernel";
import { type Agent, apiRouter, type Desk, deskOf, IsoText, json, jsonBody, normalAddress } from "@permanence/people";
import { problem, problems } from "@permanence/people";
import { addChannel, type Channel, CHANNEL_KINDS, type ChannelTarget, findChannel } from "./channel-store.ts";
import { findChannels, removeChannel } from "./channel-store.ts";
import { makeFeed } from "./duty-feed.ts";
import { refuseTarget } from "./guarded-request.ts";
import type { PageContent } from "./page-content.ts";
import { type PageSending, tryChannel } from "./page-sending.ts";
import { pageWords } from "./page-words.ts";
import { isPushKey, pushKeys } from "./web-push.ts";
import { newWebhookSecret } from "./webhook.ts";

const tags = ["Duty"];
const Label = z.string().trim().min(1, "must not be empty").max(100, "must be at most 100 characters");
const ChannelView = z
  .object({
    ...{ id: z.string(), kind: z.enum(CHANNEL_KINDS), label: z.string() },
    target: z.string().openapi({ description: "An address; of a push subscription, its service alone" }),
    ...{ madeAt: IsoText, workedAt: IsoText.nullable(), failedAt: IsoText.nullable(), failure: z.string().nullable() },
  })
  .openapi("PageChannel");
const NewChannel = z.discriminatedUnion("kind", [
  z.strictObject({
    ...{ kind: z.literal("push"), label: Label, endpoint: z.string().max(2_000) },
    keys: z.strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) }),
  }),
  z.strictObject({ kind: z.literal("email"), label: Label, address: z.string().max(320) }),
  z.strictObject({ kind: z.literal("webhook"), label: Label, url: z.string().max(2_000) }),
]);
type NewChannel = z.infer<typeof NewChannel>;
const Made = ChannelView.extend({
  secret: z.string().nullable().openapi({ description: "Of a webhook, to verify what comes; shown this once" }),
}).openapi("NewPageChannel");
const Id = z.object({ id: z.uuid() });

const listRoute = createRoute({
  ...{ method: "get", path: "/me/page-channels", tags, summary: "The ways by which I am paged" },
  responses: { 200: json(z.object({ items: z.array(ChannelView) }), "Without any, pages go to my e-mail address.") },
});
const addRoute = createRoute({
  ...{ method: "post", path: "/me/page-channels", tags, summary: "Add a way by which I am paged" },
  description: "Webhooks are sent in Standard Webhooks form. An address must not lead into the desk's own network.",
  request: { body: jsonBody(NewChannel) },
  responses: { 201: json(Made, "The channel."), ...problems(400, 422) },
});
const removeRoute = createRoute({
  ...{ method: "delete", path: "/me/page-channels/{id}", tags, summary: "Take a way away" },
  request: { params: Id },
  responses: { 204: { description: "No page goes there any more." }, ...problems(404) },
});
const tryRoute = createRoute({
  ...{ method: "post", path: "/me/page-channels/{id}/trials", tags, summary: "Try whether a push or webhook arrives" },
  request: { params: Id },
  responses: {
    201: json(z.object({ failure: z.string().nullable() }), "Why it did not; null where it was taken."),
    ...problems(404, 422),
  },
});
const keyRoute = createRoute({
  ...{ method: "get", path: "/me/push-key", tags, summary: "The key that a browser subscribes to (RFC 8292)" },
  responses: { 200: json(z.object({ publicKey: z.string() }), "In base64url.") },
});
const feedRoute = createRoute({
  ...{
    method: "post",
    path: "/me/duty-feed",
    tags,
    summary: "An address from which a calendar program fetches my shifts",
  },
  description: "The address is the secret. Asking again makes a new one, and the old one ends.",
  responses: { 201: json(z.object({ url: z.string() }), "The address.") },
});

/** How an agent is paged. */
export function channelRoutes(sending: Pick<PageSending, "siteUrl" | "allowed" | "log">) {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const channels = await c.get("db").transaction(deskId, (tx) => findChannels(tx, deskId, agent.id));
    return c.json({ items: channels.map(channelView) }, 200);
  });

  routes.openapi(addRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const wanted = c.req.valid("json");
    const world = c.get("world");
    const target = targetOf(wanted, world, sending.allowed);
    if ("sentence" in target) return problem(c, 422, "No page can go there", `${target.sentence} Nothing was saved.`);
    const channel = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findChannels(tx, deskId, agent.id)).length >= MOST_CHANNELS) return null;
      const { kind, label } = wanted;
      const id = await addChannel(tx, world, deskId, { agentId: agent.id, kind, label, target });
      return findChannel(tx, deskId, id);
    });
    if (channel === null)
      return problem(
        c,
        422,
        "Too many",
        `You have ${MOST_CHANNELS} ways already. Nothing was saved: take one away first.`,
      );
    return c.json({ ...channelView(channel), secret: "secret" in target ? target.secret : null }, 201);
  });

  routes.openapi(removeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id } = c.req.valid("param");
    const isKnown = await c.get("db").transaction(deskId, (tx) => removeChannel(tx, deskId, agent.id, id));
    return isKnown ? c.body(null, 204) : problem(c, 404, "Not found", "You have no such way.");
  });

  routes.openapi(tryRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const [db, world] = [c.get("db"), c.get("world")];
    const channel = await db.transaction(deskId, (tx) => findChannel(tx, deskId, c.req.valid("param").id));
    if (channel === null || channel.agentId !== agent.id) return problem(c, 404, "Not found", "You have no such way.");
    if (channel.kind === "email")
      return problem(c, 422, "Not tried", "E-mail is not tried here: the mailroom shows what becomes of each mail.");
    const desk = await deskOf(db, deskId);
    const content = trialContent(desk, agent, world, sending.siteUrl());
    return c.json({ failure: await tryChannel({ ...sending, db, world }, desk, { channel, content }) }, 201);
  });

  routes.openapi(keyRoute, async (c) => {
    const { deskId } = c.get("session");
    const { publicKey } = await c.get("db").transaction(deskId, (tx) => pushKeys(tx, deskId));
    return c.json({ publicKey }, 200);
  });

  routes.openapi(feedRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { slug } = await deskOf(c.get("db"), deskId);
    const token = await c.get("db").transaction(deskId, (tx) => makeFeed(tx, c.get("world"), deskId, agent.id));
    return c.json({ url: `${sending.siteUrl()}/api/v1/desks/${slug}/duty-feeds/${token}` }, 201);
  });

  return routes;
}

const MOST_CHANNELS = 20;

function targetOf(
  wanted: NewChannel,
  world: World,
  allowed: ReadonlySet<string>,
): ChannelTarget | { sentence: string } {
  if (wanted.kind === "email") {
    const address = normalAddress(wanted.address);
    return address === null ? { sentence: `"${wanted.address}" is no mail address.` } : { address };
  }
  const url = wanted.kind === "push" ? wanted.endpoint : wanted.url;
  const refused = refuseTarget(url, allowed);
  if (refused !== null) return { sentence: `The address ${refused}.` };
  if (wanted.kind === "webhook") return { url, secret: newWebhookSecret(world.random) };
  return isPushKey(wanted.keys)
    ? { endpoint: url, ...wanted.keys }
    : { sentence: "The subscription has no keys that a browser would make." };
}

function channelView({ channelId: id, kind, label, target, madeAt, workedAt, failedAt, failure }: Channel) {
  const iso = (at: Channel["workedAt"]) => (at === null ? null : toIso(at));
  const times = { madeAt: toIso(madeAt), workedAt: iso(workedAt), failedAt: iso(failedAt) };
  return { id, kind, label, target: shownTarget(target), ...times, failure };
}

/** A push service's address is a secret of its own: whoever has it could fill the phone. */
function shownTarget(target: ChannelTarget): string {
  if ("address" in target) return target.address;
  return "url" in target ? target.url : new URL(target.endpoint).host;
}

function trialContent(desk: Desk, agent: Agent, world: World, siteUrl: string): PageContent {
  const subject = { kind: "canary" as const, number: null, title: "", customer: "", receivedAt: null };
  const words = pageWords({ ...subject, timeZone: desk.settings.timeZone }, agent.language);
  const id = newToken(world);
  const url = `${siteUrl}/duty`;
  const { name, email, language } = agent;
  const data = {
    pageId: id,
    callOutId: null,
    kind: "trial",
    agent: { name, email, language },
    ticket: null,
    ...words,
    url,
  };
  return { pageId: id, callOutId: id, agent, ...words, url, acknowledgeUrl: "", data };
}
