import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, json, jsonBody, problem, problems } from "./api.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { toIso } from "@permanence/kernel";
import { type ListedContact, listContacts } from "./contact-list.ts";
import { normalDomain } from "./mail-address.ts";
import { nameKey } from "./name-page.ts";
import {
  addOrganisation,
  confirmDomain,
  type DomainRefusal,
  findOrganisation,
  listOrganisations,
  removeDomain,
} from "./organisation-store.ts";
import { ContactView, OrganisationView, OrganisationWithDomains } from "./people-views.ts";

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
  responses: { 200: json(OrganisationWithDomains, "The organisation."), ...problems(404) },
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

const contactsRoute = createRoute({
  method: "get",
  path: "/contacts",
  tags,
  summary: "Contacts, the newest first",
  request: { query: pageQuery(z.uuid()).extend({ q }) },
  responses: { 200: json(listOf(ContactView), "One page of contacts."), ...problems(400) },
});

/** Customers: organisations, and the people in them. */
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
    return c.json({ ...added, domains: [] }, 201);
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const organisation = await c.get("db").transaction(deskId, (tx) => findOrganisation(tx, deskId, id));
    return organisation === null ? problem(c, ...REFUSALS["no-organisation"]) : c.json(organisation, 200);
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
    await c.get("db").transaction(deskId, (tx) => removeDomain(tx, c.get("world"), deskId, id, domain.toLowerCase()));
    return c.body(null, 204);
  });

  routes.openapi(contactsRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: before, q } = c.req.valid("query");
    const page = { q, before, limit: limit + 1 };
    const rows = await c.get("db").transaction(deskId, (tx) => listContacts(tx, deskId, page));
    return c.json(
      pageOf(rows, limit, contactView, ({ id }) => id),
      200,
    );
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
  taken: [409, "Domain taken", "This domain was confirmed for another organisation. Take that back first."],
} as const satisfies Record<DomainRefusal | "no-domain", readonly [404 | 409 | 422, string, string]>;

function contactView({ failing, ...contact }: ListedContact): z.infer<typeof ContactView> {
  return { ...contact, failing: failing.map((each) => ({ ...each, since: toIso(each.since) })) };
}

const same = <T>(row: T) => row;
