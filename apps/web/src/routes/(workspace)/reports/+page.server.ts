import { need } from "#lib/api/page-data.ts";
import type { AttainmentReport } from "#lib/api/types.ts";
import { askedOf, reportQuery } from "#lib/report/report-query.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const asked = askedOf(event.url.searchParams);
  return { asked, report: await need<AttainmentReport>(event, `/reports/attainment${reportQuery(asked)}`) };
};
