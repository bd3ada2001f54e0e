import { need } from "#lib/api/page-data.ts";
import type { RatingReport } from "#lib/api/portal-types.ts";
import type { AttainmentReport } from "#lib/api/types.ts";
import { askedOf, reportQuery } from "#lib/report/report-query.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const asked = askedOf(event.url.searchParams);
  const [report, ratings] = await Promise.all([
    need<AttainmentReport>(event, `/reports/attainment${reportQuery(asked)}`),
    need<RatingReport>(event, `/reports/ratings${reportQuery(asked)}`),
  ]);
  return { asked, report, ratings };
};
