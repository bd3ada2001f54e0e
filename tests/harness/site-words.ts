import { enSite } from "../../apps/web/src/lib/messages/en-site.ts";
import { frSite } from "../../apps/web/src/lib/messages/fr-site.ts";
import { nlSite } from "../../apps/web/src/lib/messages/nl-site.ts";

/** What the public site says, by language: customers find their way by it, whatever it is. */
export const SITE_WORDS = { fr: frSite.site, nl: nlSite.site, en: enSite.site };
