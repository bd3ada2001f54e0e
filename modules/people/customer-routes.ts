import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, json, jsonBody, problem, problems, versionedJson } from "./api.ts";
import { IfMatch, ifMatchAllows, setEtag } from "./api-etag.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { normalDomain } from "./mail-address.ts";
import { nameKey } from "./name-page.ts";
import {
  addOrganisation,
  changeOrganisation,
  confirmDomain,
  type DomainRefusal,
  findOrganisation,
  listOrganisations,
  removeDomain,
} from "./organisation-store.ts";
import { SEES } from "./people-tables.ts";
import { OrganisationView, OrganisationWithDomains } from "./people-views.ts";
import { STANDARD_POLICY } from "./policy-settings.ts";

const Id = z.object({ id: z.uuid() });
const Domain = Id.extend({ domain: z.string().max(253) });
const q = z.string().trim().max(200).optional().openapi({ description: "What a name (or an address) must hold." });
const tags = ["Customers"];

const listRoute = createRoute({
  method: "get",
  path: "/organisations",
  tags,
  summary: "Organisations, by name",
  request: { query: pageQuery(nameKey).extend({ q }) },
  responses: { 200: json(listOf(OrganisationView), "One page of organisations."), ...problems(400) },
});

const addRoute = createRoute({
  method: "post",
  path: "/organisations",
  tags,
  summary: "Add an organisation",
  request: { body: jsonBody(z.strictObject({ name: z.string().trim().min(1, "must not be empty").max(200) })) },
  responses: { 201: json(OrganisationWithDomains, "The new organisation."), ...problems(400) },
});

const findRoute = createRoute({
  method: "get",
  path: "/organisations/{id}",
  tags,
  summary: "One organisation, with the mail domains that are its own",
  request: { params: Id },
  responses: {
    200: versionedJson(OrganisationWithDomains, "The organisation; its version is the ETag."),
    ...problems(404),
  },
});

const confirmRoute = createRoute({
  method: "put",
  path: "/organisations/{id}/domains/{domain}",
  tags,
  summary: "Confirm that a mail domain is the organisation's own: who writes from there belongs to it",
  request: { params: Domain },
  responses: { 204: { description: "It is the organisation's own." }, ...problems(404, 409, 422) },
});

const removeRoute = createRoute({
  method: "delete",
  path: "/organisations/{id}/domains/{domain}",
  tags,
  summary: "Take the confirmation of a mail domain back",
  request: { params: Domain },
  responses: { 204: { description: "It is not the organisation's own." }, ...problems(404) },
});

const Change = z
  .strictObject({
    name: z.string().trim().min(1, "must not be empty").max(200),
    language: z
      .string()
      .regex(/^[a-z]{2}$/, "must be two letters, such as fr")
      .nullable(),
    externalId: z.string().trim().min(1, "must not be empty").max(200).nullable(),
    notes: z.string().max(20_000),
    sees: z.enum(SEES),
  })
  .partial();

const changeRoute = createRoute({
  method: "patch",
  path: "/organisations/{id}",
  tags,
  summary: "Change what is known of an organisation",
  request: { params: Id, headers: IfMatch, body: jsonBody(Change) },
  responses: {
    200: versionedJson(OrganisationWithDomains, "The organisation as it is now."),
    ...problems(400, 404, 409, 412),
  },
});

/** Organisations. */
export function customerRoutes() {
  const routes = apiRouter();

  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: after, q } = c.req.valid("query");
    const page = { q, after, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listOrganisations(tx, deskId, page));
    return c.json(pageOf(rows, limit, same, same), 200);
  });

  routes.openapi(addRoute, async (c) => {
    const { deskId } = c.get("session");
    const { name } = c.req.valid("json");
    const added = await c.get("db").transaction(deskId, (tx) => addOrganisation(tx, c.get("world"), deskId, name));
    c.header("location", `/api/v1/organisations/${added.id}`);
    const none = { domains: [], language: null, externalId: null, notes: "" };
    return c.json({ ...added, ...none, sees: "own" as const, policy: STANDARD_POLICY, version: 1 }, 201);
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const now = c.get("world").clock.now();
    const organisation = await c.get("db").transaction(deskId, (tx) => findOrganisation(tx, deskId, id, now));
    if (organisation === null) return problem(c, ...REFUSALS["no-organisation"]);
    setEtag(c, organisation.version);
    return c.json(organisation, 200);
  });

  routes.openapi(confirmRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id: organisationId, domain: text } = c.req.valid("param");
    const domain = normalDomain(text);
    if (domain === null) return problem(c, ...REFUSALS["no-domain"]);
    const outcome = await c
      .get("db")
      .transaction(deskId, (tx) =>
        confirmDomain(tx, c.get("world"), deskId, { organisationId, domain, agentId: agent.id }),
      );
    if (outcome === "confirmed") return c.body(null, 204);
    const [status, title, detail] = REFUSALS[outcome];
    return problem(c, status, title, detail);
  });

  routes.openapi(removeRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id, domain } = c.req.valid("param");
    const isOurs = await c.get("db").transaction(deskId, async (tx) => {
      if ((await findOrganisation(tx, deskId, id, c.get("world").clock.now())) === null) return false;
      await removeDomain(tx, c.get("world"), deskId, id, domain.toLowerCase());
      return true;
    });
    if (!isOurs) return problem(c, ...REFUSALS["no-organisation"]);
    return c.body(null, 204);
  });

  routes.openapi(changeRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const asked = { change: c.req.valid("json"), allows: (version: number) => ifMatchAllows(c, version) };
    const world = c.get("world");
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const outcome = await changeOrganisation(tx, world, deskId, id, asked);
      return outcome === "changed" ? (await findOrganisation(tx, deskId, id, world.clock.now()))! : outcome;
    });
    if (typeof result === "string") {
      const [status, title, detail] = REFUSALS[result];
      return problem(c, status, title, detail);
    }
    setEtag(c, result.version);
    return c.json(result, 200);
  });

  return routes;
}

const REFUSALS = {
  "no-organisation": [404, "Not found", "This desk has no such organisation."],
  "no-domain": [
    422,
    "Not a mail domain",
    "A mail domain is what stands behind the @ of an address, such as agence.be.",
  ],
  "public-provider": [
    422,
    "Public mail provider",
    "Anybody can have an address there: it says nothing of where its owner works.",
  ],
  "other-version": [
    412,
    "Changed meanwhile",
    "The organisation was changed meanwhile. Nothing was saved: read it again.",
  ],
  "taken-external-id": [409, "External id taken", "Another organisation has this external id. Nothing was saved."],
  taken: [409, "Domain taken", "This domain was confirmed for another organisation. Take that back first."],
} as const satisfies Record<
  DomainRefusal | "no-domain" | "other-version" | "taken-external-id",
  readonly [404 | 409 | 412 | 422, string, string]
>;

const same = <T>(row: T) => row;
