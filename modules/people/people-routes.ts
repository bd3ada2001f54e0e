import { accountRoutes } from "./account-routes.ts";
import { addressRoutes } from "./address-routes.ts";
import { apiRouter } from "./api.ts";
import { auditRoutes } from "./audit-routes.ts";
import { contactRoutes } from "./contact-routes.ts";
import { customerRoutes } from "./customer-routes.ts";
import { customerSessionRoutes } from "./customer-session-routes.ts";
import { deskRoutes } from "./desk-routes.ts";
import { directoryImportRoutes } from "./directory-import-routes.ts";
import { invitationRoutes } from "./invitation-routes.ts";
import { mergeRoutes } from "./merge-routes.ts";
import { meRoutes } from "./me-routes.ts";
import { myPasskeyRoutes } from "./my-passkey-routes.ts";
import { ownSessionRoutes } from "./own-session-routes.ts";
import type { PeopleRoutesOptions } from "./people-routes-options.ts";
import { policyRoutes } from "./policy-routes.ts";
import { siteRoutes } from "./site-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { signInRoutes } from "./sign-in-routes.ts";
import { tokenRoutes } from "./token-routes.ts";
import { waysRoutes } from "./ways-routes.ts";

/** Everything of this module that is under /api/v1. */
export function peopleRoutes(options: PeopleRoutesOptions) {
  const routes = apiRouter();
  routes.route("/", sessionRoutes(options));
  routes.route("/", signInRoutes(options));
  routes.route("/", waysRoutes(options));
  routes.route("/", myPasskeyRoutes(options));
  routes.route("/", ownSessionRoutes());
  routes.route("/", accountRoutes());
  routes.route("/", invitationRoutes(options));
  routes.route("/", tokenRoutes());
  routes.route("/", auditRoutes());
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
