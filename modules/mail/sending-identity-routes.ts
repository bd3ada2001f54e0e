import { createRoute, z } from "@hono/zod-openapi";
import { apiRouter, deskOf, json } from "@permanence/people";
import { examineDomain } from "./domain-records.ts";
import { SenderDns } from "./sender-dns.ts";
import { splitAddress } from "./tagged-address.ts";

const RecordView = z
  .object({
    kind: z.enum(["mx", "spf", "dmarc", "dkim"]),
    name: z.string().openapi({ description: "Where in the DNS it stands" }),
    wanted: z.string().nullable().openapi({ description: "What to publish there; null where nothing need be changed" }),
    found: z.array(z.string()),
    state: z.enum(["there", "weak", "missing", "differs", "unanswered", "open"]).openapi({
      description: "weak: it protects nobody; unanswered: the DNS did not answer; open: the DNS alone cannot tell",
    }),
  })
  .openapi("DomainRecord");

const IdentityView = z
  .object({
    domain: z.string(),
    addresses: z.array(z.string()).openapi({ description: "The desk's, mail from which it sends" }),
    records: z.array(RecordView),
  })
  .openapi("SendingIdentity");

const listRoute = createRoute({
  method: "get",
  path: "/sending-identities",
  tags: ["Mail"],
  summary: "The domains that the desk sends from, with the DNS records to publish and whether they are there",
  responses: {
    200: json(z.object({ relay: z.string().nullable(), items: z.array(IdentityView) }), "Looked up now."),
  },
});

/** @param relay the host that takes the desk's mail; null where none does */
export function sendingIdentityRoutes({ relay, dns = new SenderDns() }: { relay: string | null; dns?: SenderDns }) {
  const routes = apiRouter();
  routes.openapi(listRoute, async (c) => {
    const { settings } = await deskOf(c.get("db"), c.get("session").deskId);
    const addresses = settings.mailboxes.map(({ address }) => address);
    const byDomain = Map.groupBy(addresses, (address) => splitAddress(address)![1]);
    const items = await Promise.all(
      [...byDomain].map(async ([domain, own]) => ({
        ...{ domain, addresses: own },
        records: await examineDomain(domain, { dns, relay }),
      })),
    );
    return c.json({ relay, items }, 200);
  });
  return routes;
}
