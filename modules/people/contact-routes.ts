import { createRoute, z } from "@hono/zod-openapi";
import type { Tx } from "@permanence/database";
import { toIso } from "@permanence/kernel";
import { findEntries, readSearchText } from "@permanence/search";
import { type ApiContext, apiRouter, json, jsonBody, problem, problems, versionedJson } from "./api.ts";
import { IfMatch, ifMatchAllows, setEtag } from "./api-etag.ts";
import { listOf, pageOf, pageQuery } from "./api-page.ts";
import { addAddress, choosePrimary, removeAddress, type TakenAddress } from "./contact-addresses.ts";
import {
  changeContact,
  type ContactDetails,
  type ContactRefusal,
  findContactDetails,
  lockContact,
} from "./contact-details.ts";
import { type ListedContact, listContacts } from "./contact-list.ts";
import { findContact, findOrMakeContact } from "./contact-store.ts";
import { normalAddress } from "./mail-address.ts";
import { organisationExists } from "./organisation-store.ts";
import { SEES } from "./people-tables.ts";
import { ContactView, WholeContact } from "./people-views.ts";

const Id = z.object({ id: z.uuid() });
const Address = Id.extend({ address: z.string().max(320) });
const tags = ["Customers"];
const q = z.string().trim().max(200).optional();

const listRoute = createRoute({
  ...{
    method: "get",
    path: "/contacts",
    tags,
    summary: "Contacts, the newest first; the best first where words say which",
  },
  request: {
    query: pageQuery(z.uuid()).extend({
      q: q.openapi({ description: "Beginnings of words of the name, an address, its domain or the organisation." }),
      organisationId: z.uuid().optional(),
    }),
  },
  responses: {
    200: json(listOf(ContactView), "One page of contacts; of those that were searched for, the only one."),
    ...problems(400),
  },
});

const Language = z.string().regex(/^[a-z]{2}$/, "must be two letters, such as fr");
const name = z.string().trim().max(200);
const word = z.string().trim().min(1, "must not be empty");
const NewContact = z.strictObject({
  ...{ address: z.string().max(320), name: name.default(""), language: Language.nullable().default(null) },
  organisationId: z.uuid().nullable().optional().openapi({ description: "Left out: whose domain it is." }),
});
const Change = z
  .strictObject({
    ...{ name, language: Language.nullable(), organisationId: z.uuid().nullable(), sees: z.enum(SEES).nullable() },
    ...{ notes: z.string().max(20_000), phones: z.array(word.max(100)).max(20) },
    externalIds: z.array(word.max(200)).max(20),
  })
  .partial();

const addRoute = createRoute({
  ...{ method: "post", path: "/contacts", tags, summary: "Add a contact" },
  request: { body: jsonBody(NewContact) },
  responses: { 201: versionedJson(WholeContact, "The new contact."), ...problems(400, 409, 422) },
});
const findRoute = createRoute({
  ...{
    method: "get",
    path: "/contacts/{id}",
    tags,
    summary: "One contact, also by the id of one that was merged into it",
  },
  request: { params: Id },
  responses: { 200: versionedJson(WholeContact, "The contact; its version is the ETag."), ...problems(404) },
});
const changed = { 200: versionedJson(WholeContact, "The contact as it is now."), ...problems(400, 404, 409, 412, 422) };
const changeRoute = createRoute({
  ...{ method: "patch", path: "/contacts/{id}", tags, summary: "Change what is known of a contact" },
  request: { params: Id, headers: IfMatch, body: jsonBody(Change) },
  responses: changed,
});
const keepRoute = createRoute({
  ...{ method: "put", path: "/contacts/{id}/addresses/{address}", tags },
  summary: "Give a contact an address, or make one of theirs the first",
  request: {
    ...{ params: Address, headers: IfMatch },
    body: jsonBody(z.strictObject({ isPrimary: z.boolean().default(false) })),
  },
  responses: changed,
});
const removeRoute = createRoute({
  ...{ method: "delete", path: "/contacts/{id}/addresses/{address}", tags, summary: "Take an address from a contact" },
  request: { params: Address, headers: IfMatch },
  responses: changed,
});

/** Contacts, one by one. */
export function contactRoutes() {
  const routes = apiRouter();
  addReading(routes);
  addChanging(routes);
  return routes;
}

type Routes = ReturnType<typeof apiRouter>;

function addReading(routes: Routes): void {
  routes.openapi(listRoute, async (c) => {
    const { deskId } = c.get("session");
    const { limit, cursor: before, q, organisationId } = c.req.valid("query");
    const rows = await c.get("db").transaction(deskId, async (tx) => {
      const ids = q ? await search(tx, c, q, limit) : undefined;
      return listContacts(tx, deskId, { ids, organisationId, before, limit: limit + 1 });
    });
    return c.json(
      pageOf(rows, limit, contactView, ({ id }) => id),
      200,
    );
  });

  routes.openapi(addRoute, async (c) => {
    const { deskId } = c.get("session");
    const { organisationId, ...given } = c.req.valid("json");
    const address = normalAddress(given.address);
    if (address === null) return problem(c, 422, "No address", NO_ADDRESS);
    const world = c.get("world");
    const added = await c.get("db").transaction(deskId, async (tx) => {
      const known = await findContact(tx, deskId, address);
      if (known) return { takenBy: { id: known.contactId, name: known.name } };
      if (organisationId && !(await organisationExists(tx, deskId, organisationId))) return "no-organisation" as const;
      const { contactId } = await findOrMakeContact(tx, world, deskId, { ...given, address, source: "agent" });
      if (organisationId !== undefined) await changeContact(tx, world, deskId, contactId, { organisationId });
      return (await findContactDetails(tx, deskId, contactId))!;
    });
    if (added === "no-organisation") return problem(c, ...NO_ORGANISATION);
    if ("takenBy" in added) return problem(c, 409, "Address taken", takenSentence(added));
    c.header("location", `/api/v1/contacts/${added.id}`);
    setEtag(c, added.version);
    return c.json(wholeContact(added), 201);
  });

  routes.openapi(findRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const contact = await c.get("db").transaction(deskId, (tx) => findContactDetails(tx, deskId, id));
    if (contact === null) return problem(c, 404, "Not found", NONE);
    setEtag(c, contact.version);
    return c.json(wholeContact(contact), 200);
  });
}

function addChanging(routes: Routes): void {
  routes.openapi(changeRoute, async (c) => {
    const { deskId } = c.get("session");
    const wanted = c.req.valid("json");
    return answer(c, await changing(c, (tx, id) => changeContact(tx, c.get("world"), deskId, id, wanted)));
  });

  routes.openapi(keepRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const address = normalAddress(c.req.valid("param").address);
    if (address === null) return problem(c, 422, "No address", NO_ADDRESS);
    const { isPrimary } = c.req.valid("json");
    const result = await changing(c, async (tx, contactId) => {
      const outcome = await addAddress(tx, c.get("world"), deskId, { contactId, address, agentId: agent.id });
      if (outcome !== "kept") return outcome;
      if (isPrimary) await choosePrimary(tx, deskId, { contactId, address });
      return changeContact(tx, c.get("world"), deskId, contactId, {});
    });
    return answer(c, result);
  });

  routes.openapi(removeRoute, async (c) => {
    const { deskId } = c.get("session");
    const address = c.req.valid("param").address.toLowerCase();
    const result = await changing(c, async (tx, contactId) => {
      const outcome = await removeAddress(tx, c.get("world"), deskId, { contactId, address });
      return outcome === "removed" ? changeContact(tx, c.get("world"), deskId, contactId, {}) : outcome;
    });
    return answer(c, result);
  });
}

type Refusal = ContactRefusal | TakenAddress | "not-theirs" | "last" | "not-found" | "other-version";

/** Changes one contact, locked, at the version that was seen. What is refused leaves it as it was. */
async function changing(
  c: ApiContext,
  change: (tx: Tx, contactId: string) => Promise<"changed" | Refusal>,
): Promise<ContactDetails | Refusal> {
  const { deskId } = c.get("session");
  const id = c.req.param("id")!;
  return await c.get("db").transaction(deskId, async (tx) => {
    const version = await lockContact(tx, deskId, id);
    if (version === null) return "not-found";
    if (!ifMatchAllows(c, version)) return "other-version";
    const outcome = await change(tx, id);
    return outcome === "changed" ? (await findContactDetails(tx, deskId, id))! : outcome;
  });
}

function answer(c: ApiContext, result: ContactDetails | Refusal) {
  if (!isContact(result)) return refuse(c, result);
  setEtag(c, result.version);
  return c.json(wholeContact(result), 200);
}

function isContact(result: ContactDetails | Refusal): result is ContactDetails {
  return typeof result === "object" && "version" in result;
}

function refuse(c: ApiContext, refusal: Refusal) {
  if (refusal === "not-found") return problem(c, 404, "Not found", NONE);
  if (refusal === "other-version")
    return problem(c, 412, "Changed meanwhile", "The contact was changed meanwhile. Nothing was saved: read it again.");
  if (refusal === "no-organisation") return problem(c, ...NO_ORGANISATION);
  if (refusal === "not-theirs")
    return problem(c, 404, "Not found", "The contact has no such address. Nothing was changed.");
  if (refusal === "last")
    return problem(
      c,
      409,
      "Last address",
      "It is the contact's only address. Nothing was changed: add another one first.",
    );
  if ("takenBy" in refusal) return problem(c, 409, "Address taken", takenSentence(refusal));
  const detail = `Another contact has the external id "${refusal.takenExternalId}". Nothing was saved.`;
  return problem(c, 409, "External id taken", detail);
}

function takenSentence({ takenBy: { id, name } }: TakenAddress): string {
  return `The address is that of another contact, ${name || id}. Nothing was saved: if both are one person, merge them.`;
}

const NO_ORGANISATION = [
  422,
  "No such organisation",
  "This desk has no such organisation. Nothing was saved.",
] as const;
const NONE = "This desk has no such contact.";
const NO_ADDRESS = "This is no mail address. Nothing was saved.";

async function search(tx: Tx, c: ApiContext, text: string, limit: number): Promise<string[]> {
  const { words, phrases, without } = readSearchText(byParts(text), new Set());
  if (words.length + phrases.length === 0) return []; // Nothing but marks.
  const page = { now: c.get("world").clock.now(), limit };
  const asked = { words, phrases, without, filters: [] };
  return (await findEntries(tx, c.get("session").deskId, "contact", asked, page)).ids;
}

/** An address that is half typed is found by its parts; what is too short to be a beginning says nothing yet. */
function byParts(text: string): string {
  const words = text.split(/\s+/).map((word) => {
    const parts = word.split(/[@._+]+|\b-\b/);
    const long = parts.filter((part) => part.length >= 3);
    return (long.length > 0 ? long : parts).join(" ");
  });
  return words.join(" ");
}

function contactView({ failing, ...contact }: ListedContact): z.infer<typeof ContactView> {
  return { ...contact, failing: failing.map((each) => ({ ...each, since: toIso(each.since) })) };
}

export function wholeContact({ createdAt, addresses, merged, ...contact }: ContactDetails): WholeContact {
  const iso = (at: ContactDetails["createdAt"] | null) => (at === null ? null : toIso(at));
  return {
    ...contact,
    createdAt: toIso(createdAt),
    addresses: addresses.map(({ addedAt, verifiedAt, failedAt, ...address }) => ({
      ...address,
      ...{ addedAt: iso(addedAt), verifiedAt: iso(verifiedAt), failedAt: iso(failedAt) },
    })),
    merged: merged.map(({ at, ...each }) => ({ ...each, at: toIso(at) })),
  };
}
