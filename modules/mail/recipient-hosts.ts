import type { Lookup, SenderDns } from "./sender-dns.ts";

/** Where mail to a domain arrives, as its DNS says: host names in lower case. */
export type RecipientHosts = ReadonlyMap<string, ReadonlySet<string>>;

const LIMIT_MS = 3_000;
const MOST_DOMAINS = 5;

/** The hosts of each domain, itself where it names none (RFC 5321, section 5.1). A domain whose DNS did not answer is
 *  missing. */
export async function findRecipientHosts(
  domains: string[],
  dns: SenderDns,
  limitMs = LIMIT_MS,
): Promise<RecipientHosts> {
  const { lookup } = dns.within(limitMs);
  const found = new Map<string, Set<string>>();
  const wanted = [...new Set(domains)].slice(0, MOST_DOMAINS);
  await Promise.all(
    wanted.map(async (domain) => {
      const hosts = await hostsOf(domain, lookup);
      if (hosts !== null) found.set(domain, hosts);
    }),
  );
  return found;
}

async function hostsOf(domain: string, lookup: Lookup): Promise<Set<string> | null> {
  try {
    const records = (await lookup(domain, "MX")) as { exchange: string }[];
    return new Set(records.map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, "")));
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENODATA" ? new Set([domain]) : code === "ENOTFOUND" ? new Set() : null;
  }
}
