import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { type ApiContext, apiRouter, json, jsonBody, problem, problems, versionedJson } from "./api.ts";
import { IfMatch, ifMatchAllows, setEtag } from "./api-etag.ts";
import { deskOf } from "./desk-store.ts";
import {
  findBrand,
  listDeskPages,
  LOGO_TYPES,
  MOST_LOGO_BYTES,
  removeDeskPage,
  saveBrand,
  saveDeskPage,
} from "./site-store.ts";

const tags = ["Public site"];
const Colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as "#0b6e6e"');
const BrandView = z
  .object({ accent: Colour.nullable(), logo: z.string().nullable().openapi({ description: "Where it is shown" }) })
  .openapi("Brand");
const PageView = z
  .object({ name: z.string(), language: z.string(), title: z.string(), body: z.string(), version: z.int() })
  .openapi("SitePage");
const PageKey = z.object({
  name: z.string().regex(/^[a-z][a-z-]{0,39}$/),
  language: z.string().regex(/^[a-z]{2}$/),
});

const brandRoute = createRoute({
  ...{ method: "get", path: "/brand", tags, summary: "The desk's colour and sign, as they were chosen in the browser" },
  responses: { 200: versionedJson(BrandView, "Null: as desk.yaml says; no sign.") },
});
const changeBrandRoute = createRoute({
  ...{ method: "patch", path: "/brand", tags, summary: "Choose the desk's colour, or take it or the sign away" },
  description: "A colour is shown as dark or as light as it needs to be legible.",
  request: {
    headers: IfMatch,
    body: jsonBody(z.strictObject({ accent: Colour.nullable().optional(), logo: z.null().optional() })),
  },
  responses: { 200: versionedJson(BrandView, "As it is now."), ...problems(400, 412) },
});
const logoRoute = createRoute({
  ...{ method: "put", path: "/brand/logo", tags, summary: "Give the desk a sign: a picture's bytes" },
  request: {
    headers: IfMatch.extend({ "content-type": z.string() }),
    body: { content: { "application/octet-stream": { schema: z.string() } } },
  },
  responses: { 200: versionedJson(BrandView, "As it is now."), ...problems(400, 412, 422) },
});
const pagesRoute = createRoute({
  ...{ method: "get", path: "/site-pages", tags, summary: "The desk's own pages, such as its privacy policy" },
  responses: { 200: json(z.object({ items: z.array(PageView) }), "All of them.") },
});
const putPageRoute = createRoute({
  ...{ method: "put", path: "/site-pages/{name}/{language}", tags, summary: "Write a page, in Markdown" },
  request: {
    ...{ params: PageKey, headers: IfMatch },
    body: jsonBody(z.strictObject({ title: z.string().trim().min(1).max(200), body: z.string().max(200_000) })),
  },
  responses: { 200: versionedJson(PageView, "As it is now."), ...problems(400, 412, 422) },
});
const removePageRoute = createRoute({
  ...{ method: "delete", path: "/site-pages/{name}/{language}", tags, summary: "Take a page away" },
  request: { params: PageKey },
  responses: { 204: { description: "It is gone." }, ...problems(404) },
});

/** What the public site shows of the desk: its colour, its sign, and pages of its own. */
export function siteRoutes() {
  const routes = apiRouter();

  routes.openapi(brandRoute, async (c) => showBrand(c, await readBrand(c)));

  routes.openapi(changeBrandRoute, async (c) => {
    const change = c.req.valid("json");
    const saved = await changeBrand(c, (tx) => saveBrand(tx, c.get("session").deskId, change));
    return saved ? showBrand(c, await readBrand(c)) : changedMeanwhile(c);
  });

  routes.openapi(logoRoute, async (c) => {
    const type = LOGO_TYPES.find((each) => each === c.req.header("content-type")?.split(";")[0]?.trim());
    if (type === undefined) return problem(c, 422, "No such picture", WRONG_TYPE);
    const bytes = Buffer.from(await c.req.arrayBuffer());
    if (bytes.length === 0 || bytes.length > MOST_LOGO_BYTES || !isOf(type, bytes))
      return problem(c, 422, "No such picture", WRONG_PICTURE);
    const saved = await changeBrand(c, (tx) => saveBrand(tx, c.get("session").deskId, { logo: { type, bytes } }));
    return saved ? showBrand(c, await readBrand(c)) : changedMeanwhile(c);
  });

  routes.openapi(pagesRoute, async (c) => {
    const { deskId } = c.get("session");
    return c.json({ items: await c.get("db").transaction(deskId, (tx) => listDeskPages(tx, deskId)) }, 200);
  });

  routes.openapi(putPageRoute, async (c) => {
    const { deskId } = c.get("session");
    const page = { ...c.req.valid("param"), ...c.req.valid("json") };
    const { languages } = (await deskOf(c.get("db"), deskId)).settings;
    if (!languages.includes(page.language))
      return problem(c, 422, "No such language", `The desk has no language "${page.language}". Nothing was saved.`);
    const version = await c.get("db").transaction(deskId, async (tx) => {
      const find = async () =>
        (await listDeskPages(tx, deskId)).find((each) => each.name === page.name && each.language === page.language);
      if (!ifMatchAllows(c, (await find())?.version ?? 0)) return null;
      await saveDeskPage(tx, deskId, page);
      return (await find())!.version;
    });
    if (version === null) return changedMeanwhile(c);
    setEtag(c, version);
    return c.json({ ...page, version }, 200);
  });

  routes.openapi(removePageRoute, async (c) => {
    const { deskId } = c.get("session");
    const { name, language } = c.req.valid("param");
    const removed = await c.get("db").transaction(deskId, (tx) => removeDeskPage(tx, deskId, name, language));
    return removed ? c.body(null, 204) : problem(c, 404, "Not found", "The desk has no such page.");
  });

  return routes;
}

const WRONG_TYPE = "A sign is an SVG, PNG or WebP picture. Nothing was saved.";
const WRONG_PICTURE = "This is no such picture, or it has more than 100 kB. Nothing was saved: choose a smaller one.";

/** Whether the bytes begin as the type does. */
function isOf(type: (typeof LOGO_TYPES)[number], bytes: Buffer): boolean {
  if (type === "image/png") return bytes.subarray(0, 8).toString("latin1") === "\x89PNG\r\n\x1a\n";
  if (type === "image/webp") return bytes.subarray(8, 12).toString("latin1") === "WEBP";
  return /^\s*(?:<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]/.test(bytes.toString("utf8"));
}

async function changeBrand(c: ApiContext, save: (tx: Tx) => Promise<void>): Promise<boolean> {
  const { deskId } = c.get("session");
  return await c.get("db").transaction(deskId, async (tx) => {
    if (!ifMatchAllows(c, (await findBrand(tx, deskId)).version)) return false;
    await save(tx);
    return true;
  });
}

async function readBrand(c: ApiContext) {
  const { deskId } = c.get("session");
  const { slug } = await deskOf(c.get("db"), deskId);
  return { slug, ...(await c.get("db").transaction(deskId, (tx) => findBrand(tx, deskId))) };
}

function showBrand(c: ApiContext, { slug, accent, logo, version }: Awaited<ReturnType<typeof readBrand>>) {
  setEtag(c, version);
  const shown = logo && `/api/v1/desks/${slug}/logo?v=${logo.sha256.toString("hex").slice(0, 16)}`;
  return c.json({ accent, logo: shown }, 200);
}

function changedMeanwhile(c: ApiContext) {
  const detail = "Somebody changed this since you read it. Nothing of yours was saved: read it again and repeat.";
  return problem(c, 412, "Changed meanwhile", detail);
}
