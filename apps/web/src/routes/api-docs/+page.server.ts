import { need } from "#lib/api/page-data.ts";
import { groupOperations, type OpenApi } from "#lib/api-docs/openapi.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const document = await need<OpenApi>(event, "/openapi.json");
  return {
    info: document.info,
    groups: groupOperations(document),
    schemas: Object.entries(document.components?.schemas ?? {}),
  };
};
