import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, json, jsonBody, problem, problems, versionedJson } from "./api.ts";
import { setEtag } from "./api-etag.ts";
import { findContactDetails } from "./contact-details.ts";
import { mergeContacts, type MergedField, MERGED_FIELDS, previewMerge } from "./contact-merge.ts";
import { wholeContact } from "./contact-routes.ts";
import { WholeContact } from "./people-views.ts";

const Id = z.object({ id: z.uuid() });
const tags = ["Customers"];

const MergePreview = z
  .object({
    ...{ kept: WholeContact, gone: WholeContact },
    conflicts: z
      .array(z.object({ field: z.enum(MERGED_FIELDS), kept: z.string(), gone: z.string() }))
      .openapi({ description: "What both have, and not alike: one must be chosen." }),
    moves: z
      .record(z.string(), z.number())
      .openapi({ description: "How many rows of which table become the kept one's." }),
  })
  .openapi("ContactMergePreview");

const previewRoute = createRoute({
  ...{ method: "get", path: "/contacts/{id}/merge-preview", tags },
  summary: "What making another contact one with this one would do",
  request: { params: Id, query: z.object({ other: z.uuid() }) },
  responses: { 200: json(MergePreview, "What would happen."), ...problems(400, 404, 409) },
});

const Side = z.enum(["kept", "gone"]);
const choices = Object.fromEntries(MERGED_FIELDS.map((field) => [field, Side.optional()])) as Record<
  MergedField,
  z.ZodOptional<typeof Side>
>;

const mergeRoute = createRoute({
  ...{ method: "post", path: "/contacts/{id}/merges", tags },
  summary: "Make another contact one with this one, for good: it cannot be undone",
  request: {
    params: Id,
    body: jsonBody(
      z.strictObject({
        other: z.uuid().openapi({ description: "The one that goes. Its id leads to this one from then on." }),
        versions: z
          .strictObject({ kept: z.int(), gone: z.int() })
          .openapi({ description: "Of both, as they were seen." }),
        choices: z.strictObject(choices).default({}),
      }),
    ),
  },
  responses: { 201: versionedJson(WholeContact, "The contact that was kept."), ...problems(400, 404, 409, 412, 422) },
});

/** Two contacts that are one person. */
export function mergeRoutes() {
  const routes = apiRouter();

  routes.openapi(previewRoute, async (c) => {
    const { deskId } = c.get("session");
    const { id } = c.req.valid("param");
    const { other } = c.req.valid("query");
    const preview = await c.get("db").transaction(deskId, (tx) => previewMerge(tx, deskId, id, other));
    if (preview === null) return problem(c, 404, "Not found", NONE);
    if (preview === "same") return problem(c, 409, "One already", SAME);
    const { kept, gone, ...rest } = preview;
    return c.json({ kept: wholeContact(kept), gone: wholeContact(gone), ...rest }, 200);
  });

  routes.openapi(mergeRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { id: keptId } = c.req.valid("param");
    const { other: goneId, versions, choices } = c.req.valid("json");
    const chosen = Object.fromEntries(Object.entries(choices).filter(([, side]) => side !== undefined));
    const request = { keptId, goneId, versions, choices: chosen, agentId: agent.id };
    const result = await c.get("db").transaction(deskId, async (tx) => {
      const outcome = await mergeContacts(tx, c.get("world"), deskId, request);
      return outcome === "merged" ? (await findContactDetails(tx, deskId, keptId))! : outcome;
    });
    if (result === "not-found") return problem(c, 404, "Not found", NONE);
    if (result === "same") return problem(c, 409, "One already", SAME);
    if (result === "changed") return problem(c, 412, "Changed meanwhile", CHANGED);
    if ("undecided" in result) {
      const detail = `Both have something else here: ${result.undecided.join(", ")}. Nothing was merged: say which counts.`;
      return problem(c, 422, "To be decided", detail);
    }
    setEtag(c, result.version);
    return c.json(wholeContact(result), 201);
  });

  return routes;
}

const NONE = "This desk has no such contact.";
const SAME = "Both are one contact already. Nothing was changed.";
const CHANGED = "One of the two was changed meanwhile. Nothing was merged: look at both again.";
