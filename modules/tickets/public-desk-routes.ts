import { createRoute, z } from "@hono/zod-openapi";
import { type DeskId, lookUp } from "@permanence/database";
import { type Instant, toIso } from "@permanence/kernel";
import {
  type ApiContext,
  apiRouter,
  blocksOf,
  type Brand,
  type Desk,
  type DeskPage,
  deskOf,
  findBrand,
  IsoText,
  json,
  listDeskPages,
  pageIn,
  problem,
  problems,
  readLogo,
} from "@permanence/people";
import { legibleOn } from "./contrast.ts";
import { type Opening, openingOf, publicPromises } from "./public-desk.ts";
import { PRIORITIES } from "./ticket-tables.ts";

const tags = ["Public site"];
const Slug = z.object({ slug: z.string().max(100) });
const Language = z
  .string()
  .regex(/^[a-z]{2}$/)
  .optional();

export const OpeningView = z
  .object({ opensAt: IsoText, closesAt: IsoText.nullable() })
  .nullable()
  .openapi({ description: "Open now where opensAt is past; null: by this calendar never again" });

const SpanView = z.object({
  ...{ text: z.string(), href: z.string().optional() },
  ...{ strong: z.literal(true).optional(), emphasis: z.literal(true).optional(), code: z.literal(true).optional() },
});
const BlockView = z
  .looseObject({ kind: z.enum(["heading", "paragraph", "list", "quote", "code"]), spans: z.array(SpanView).optional() })
  .openapi("TextBlock", { description: "A list has items, each of them blocks; a quote has blocks; code has text" });

const Site = z
  .object({
    ...{ slug: z.string(), name: z.string(), languages: z.array(z.string()), timeZone: z.string(), now: IsoText },
    mailbox: z.string().openapi({ description: "Where to write to" }),
    company: z.object({ name: z.string(), country: z.string().nullable(), vatNumber: z.string().nullable() }),
    style: z.string().nullable().openapi({ description: "The address of a style sheet with the desk's own colour" }),
    logo: z.string().nullable().openapi({ description: "Its address, which changes with it" }),
    opening: OpeningView,
    isHoliday: z.boolean().openapi({ description: "Only a holiday keeps them away today" }),
    promises: z.array(
      z.object({
        ...{ priority: z.enum(PRIORITIES), targetMs: z.int(), countsAlways: z.boolean(), staffedAlways: z.boolean() },
        opening: OpeningView,
      }),
    ),
    pages: z.array(z.object({ name: z.string(), title: z.string() })),
  })
  .openapi("Site");

const siteRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/site", tags, security: [] },
  summary: "What a desk's public site shows: ways in, opening hours, promises",
  request: { params: Slug, query: z.object({ language: Language }) },
  responses: { 200: json(Site, "The desk, now."), ...problems(400, 404) },
});

const textRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/texts/{name}", tags, security: [] },
  summary: "A page of the desk's own, such as its privacy policy",
  request: { params: Slug.extend({ name: z.string().max(50) }), query: z.object({ language: Language }) },
  responses: {
    200: json(
      z.object({ title: z.string(), language: z.string(), blocks: z.array(BlockView) }),
      "In this language where it is written in it.",
    ),
    ...problems(400, 404),
  },
});

const styleRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/brand.css", tags, security: [] },
  summary: "The desk's own colour, for a page's style",
  request: { params: Slug },
  responses: {
    200: { description: "A style sheet.", content: { "text/css": { schema: z.string() } } },
    ...problems(404),
  },
});

const logoRoute = createRoute({
  ...{ method: "get", path: "/desks/{slug}/logo", tags, security: [] },
  summary: "The desk's sign",
  request: { params: Slug },
  responses: {
    200: { description: "A picture.", content: { "image/*": { schema: z.string() } } },
    ...problems(404),
  },
});

/** What anybody may see of a desk. */
export function publicDeskRoutes() {
  const routes = apiRouter();

  routes.openapi(siteRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { deskId } = desk;
    const [brand, pages] = await c
      .get("db")
      .transaction(deskId, (tx) => Promise.all([findBrand(tx, deskId), listDeskPages(tx, deskId)]));
    const now = c.get("world").clock.now();
    return c.json(siteOf(desk, { brand, pages, now, language: c.req.valid("query").language }), 200);
  });

  routes.openapi(textRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const pages = await c.get("db").transaction(desk.deskId, (tx) => listDeskPages(tx, desk.deskId));
    const page = pageIn(pages, c.req.valid("param").name, preferred(desk, c.req.valid("query").language));
    if (page === null) return problem(c, 404, "Not found", "The desk has no such page.");
    return c.json({ title: page.title, language: page.language, blocks: blocksOf(page.body) }, 200);
  });

  routes.openapi(styleRoute, async (c) => {
    const desk = await findDeskBySlug(c, c.req.valid("param").slug);
    if (desk === null) return noSuchDesk(c);
    const { accent } = await c.get("db").transaction(desk.deskId, (tx) => findBrand(tx, desk.deskId));
    return c.body(styleOf(accent ?? desk.settings.accent), 200, { "content-type": "text/css", ...KEPT });
  });

  routes.openapi(logoRoute, async (c) => {
    const deskId = await lookUp(c.get("db"), "desk", c.req.valid("param").slug);
    const logo = deskId === null ? null : await c.get("db").transaction(deskId, (tx) => readLogo(tx, deskId));
    if (logo === null) return problem(c, 404, "Not found", "The desk has no sign.");
    return c.body(new Uint8Array(logo.bytes), 200, {
      "content-type": logo.type,
      ...KEPT,
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", // A drawing may hold scripts.
      "x-content-type-options": "nosniff",
    });
  });

  return routes;
}

/** What may be kept for ever: its address changes with it. */
const KEPT = { "cache-control": "public, max-age=31536000, immutable" };

/** The pages' least light and least dark grounds (apps/web/src/lib/styles/tokens.css): legible there, legible anywhere. */
const [LIGHT, DARK] = ["#f0f3f5", "#262b31"];
const STRONGER = 0.82;

function styleOf(accent: string | null): string {
  if (accent === null) return "";
  const [light, dark] = [legibleOn(LIGHT, accent), legibleOn(DARK, accent)];
  const hover = `light-dark(color-mix(in oklab, ${light} ${STRONGER * 100}%, black), color-mix(in oklab, ${dark} ${STRONGER * 100}%, white))`;
  return `:root{--desk-accent:light-dark(${light},${dark});--accent-hover:${hover}}\n`;
}

type Told = { brand: Brand; pages: DeskPage[]; now: Instant; language: string | undefined };

function siteOf(desk: Desk, { brand, pages, now, language }: Told): z.infer<typeof Site> {
  const { slug, name, settings } = desk;
  const { languages, timeZone, company, accent, mailboxes } = settings;
  const { opening, isHoliday } = openingOf(desk, now);
  const own = brand.accent ?? accent;
  const names = [...new Set(pages.map((page) => page.name))];
  return {
    ...{ slug, name, languages, timeZone, company, isHoliday, now: toIso(now), mailbox: mailboxes[0]!.address },
    style: own && `/api/v1/desks/${slug}/brand.css?v=${own.slice(1)}`,
    logo: brand.logo && `/api/v1/desks/${slug}/logo?v=${brand.logo.sha256.toString("hex").slice(0, 16)}`,
    opening: openingView(opening),
    promises: publicPromises(desk, now).map((each) => ({ ...each, opening: openingView(each.opening) })),
    pages: names.map((each) => ({ name: each, title: pageIn(pages, each, preferred(desk, language))?.title ?? each })),
  };
}

export function openingView(opening: Opening | null) {
  return opening && { opensAt: toIso(opening.opensAt), closesAt: opening.closesAt && toIso(opening.closesAt) };
}

/** The languages in the order in which a reader of this one would rather read. */
function preferred({ settings }: Desk, language: string | undefined): string[] {
  return language === undefined ? settings.languages : [language, ...settings.languages];
}

/** The desk of this slug; null where there is none. */
export async function findDeskBySlug(c: ApiContext, slug: string): Promise<Desk | null> {
  const deskId: DeskId | null = await lookUp(c.get("db"), "desk", slug);
  return deskId === null ? null : await deskOf(c.get("db"), deskId);
}

export function noSuchDesk(c: ApiContext) {
  return problem(c, 404, "Not found", "There is no such desk.");
}
