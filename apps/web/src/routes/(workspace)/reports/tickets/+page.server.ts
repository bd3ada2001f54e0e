import { query } from "#lib/api/call.ts";
import { need } from "#lib/api/page-data.ts";
import type { Page, ReportedTicket } from "#lib/api/types.ts";
import { askedOf } from "#lib/report/report-query.ts";
import type { PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  const asked = askedOf(event.url.searchParams);
  const tickets = await need<Page<ReportedTicket>>(
    event,
    `/reports/attainment/tickets${query({ ...asked, limit: 50 })}`,
  );
  return { asked, tickets };
};
