import { z } from "@hono/zod-openapi";
import { ADDRESS_SOURCES, ROLES, SEES } from "./people-tables.ts";

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

export const OrganisationWithDomains = OrganisationView.extend({
  domains: z.array(z.string()),
  language: z.string().nullable(),
  externalId: z.string().nullable().openapi({ description: "What another program calls it." }),
  notes: z.string(),
  sees: z.enum(SEES).openapi({ description: "Whose tickets its people see, of whom nothing else is said." }),
  policy: z.string().openapi({ description: "The policy of its contract, now." }),
  version: z.number().int(),
}).openapi("OrganisationWithDomains");

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

export const WholeContact = z
  .object({
    id: z.string().openapi({ description: "Another than was asked for, where that one was merged into this one." }),
    name: z.string(),
    language: z.string().nullable(),
    notes: z.string(),
    sees: z.enum(SEES).nullable().openapi({ description: "Whose tickets they see; null: as the organisation says." }),
    createdAt: z.string(),
    version: z.number().int(),
    organisation: z.union([OrganisationView.extend({ sees: z.enum(SEES) }), z.null()]),
    addresses: z
      .array(
        z.object({
          address: z.string(),
          source: z.enum(ADDRESS_SOURCES).nullable().openapi({ description: "How the desk came to know it." }),
          addedAt: z.string().nullable(),
          verifiedAt: z.string().nullable().openapi({ description: "When they were first seen to read mail there." }),
          failedAt: z.string().nullable(),
          failure: z.string().nullable(),
        }),
      )
      .openapi({ description: "The first is the one that mail goes to where none wrote." }),
    phones: z.array(z.string()),
    externalIds: z.array(z.string()).openapi({ description: "What other programs call them." }),
    merged: z
      .array(z.object({ id: z.string(), name: z.string(), at: z.string(), by: z.string() }))
      .openapi({ description: "Contacts that were found to be this one." }),
  })
  .openapi("WholeContact");
export type WholeContact = z.infer<typeof WholeContact>;
