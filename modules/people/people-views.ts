import { z } from "@hono/zod-openapi";
import { ROLES } from "./people-tables.ts";

// People as the API shows them.

export const AgentView = z
  .object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    language: z.string(),
  })
  .openapi("Agent");

export const OrganisationView = z.object({ id: z.string(), name: z.string() }).openapi("Organisation");

export const OrganisationWithDomains = OrganisationView.extend({ domains: z.array(z.string()) }).openapi(
  "OrganisationWithDomains",
);

export const ContactView = z
  .object({
    id: z.string(),
    name: z.string(),
    addresses: z.array(z.string()),
    failing: z
      .array(z.object({ address: z.string(), since: z.string(), reason: z.string() }))
      .openapi({ description: "Those of the addresses that a report said are bad for good." }),
    language: z.string().nullable(),
    organisation: z.union([OrganisationView, z.null()]), // .nullable() would be described as both at once.
  })
  .openapi("Contact");
