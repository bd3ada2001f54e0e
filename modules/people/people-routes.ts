import { addressRoutes } from "./address-routes.ts";
import { apiRouter } from "./api.ts";
import { contactRoutes } from "./contact-routes.ts";
import { customerRoutes } from "./customer-routes.ts";
import { customerSessionRoutes } from "./customer-session-routes.ts";
import { deskRoutes } from "./desk-routes.ts";
import { directoryImportRoutes } from "./directory-import-routes.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { meRoutes } from "./me-routes.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { policyRoutes } from "./policy-routes.ts";
import { siteRoutes } from "./site-routes.ts";
import { sessionRoutes } from "./session-routes.ts";

/** Everything of this module that is under /api/v1. */
export function peopleRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();
  routes.route("/", sessionRoutes(options));
  routes.route("/", customerSessionRoutes(options));
  routes.route("/", deskRoutes(options));
  routes.route("/", meRoutes(options));
  routes.route("/", customerRoutes());
  routes.route("/", contactRoutes());
  routes.route("/", mergeRoutes());
  routes.route("/", directoryImportRoutes());
  routes.route("/", addressRoutes());
  routes.route("/", policyRoutes());
  routes.route("/", siteRoutes());
  return routes;
}
