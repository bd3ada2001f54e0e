import { arrangementRoutes } from "./arrangement-routes.ts";
import { callOutRoutes } from "./call-out-routes.ts";
import { channelRoutes } from "./channel-routes.ts";
import { dutyRoutes as readingRoutes } from "./duty-routes.ts";
import { pageRoutes } from "./page-routes.ts";
import type { PageSending } from "./page-sending.ts";
import { rotaRoutes } from "./rota-routes.ts";

export { whoIsOnDuty } from "./duty-views.ts";
export { type DutyWork, openDuty } from "./duty-work.ts";
export { readAllowedHosts } from "./guarded-request.ts";

/** Every route of this module. */
export function dutyRoutes(sending: Pick<PageSending, "siteUrl" | "allowed" | "log">) {
  return [readingRoutes(), arrangementRoutes(), rotaRoutes(), channelRoutes(sending), callOutRoutes(), pageRoutes()];
}
