import { spf as verifySpf } from "mailauth/lib/spf/index.js";
import type { DNSResolver } from "mailauth";
import { isIP } from "node:net";
import type { Lookup, SenderDns } from "./sender-dns.ts";

/**
 * One record that a domain which mail is sent from should publish.
 * - there: as it should be. weak: there, and it protects nobody. missing; differs: it does not do what it should.
 * - unanswered: the DNS did not answer. open: the DNS alone cannot tell.
 */
export type DomainRecord = {
  kind: "mx" | "spf" | "dmarc" | "dkim";
  /** Where in the DNS it stands. */
  name: string;
  /** What to publish there; null where that is for others to say. */
  wanted: string | null;
  found: string[];
  state: "there" | "weak" | "missing" | "differs" | "unanswered" | "open";
};

/** All DNS of one domain together. */
const LIMIT_MS = 5_000;

/** Looks up what a domain publishes about its mail. @param relay the host that sends it; null where none does */
export async function examineDomain(
  domain: string,
  { dns, relay, limitMs = LIMIT_MS }: { dns: SenderDns; relay: string | null; limitMs?: number },
): Promise<DomainRecord[]> {
  const { lookup } = dns.within(limitMs);
  const published = await Promise.all([
    examineMx(domain, lookup),
    examineSpf(domain, relay, lookup),
    examineDmarc(domain, lookup),
  ]);
  return [...published, { kind: "dkim", name: `*._domainkey.${domain}`, wanted: null, found: [], state: "open" }];
}

async function examineMx(domain: string, lookup: Lookup): Promise<DomainRecord> {
  const record = { kind: "mx", name: domain, wanted: null } as const;
  const answer = await ask<{ exchange: string; priority: number }[]>(lookup, domain, "MX");
  if (answer === null) return { ...record, found: [], state: "unanswered" };
  const hosts = answer.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
  const takesMail = hosts.some((host) => host !== ""); // RFC 7505: an empty one says that there is no mail.
  return { ...record, found: hosts.filter(Boolean), state: takesMail ? "there" : "missing" };
}

const SPF = /^v=spf1(\s|$)/i;

async function examineSpf(domain: string, relay: string | null, lookup: Lookup): Promise<DomainRecord> {
  const [texts, addresses] = await Promise.all([textsOf(lookup, domain), addressesOf(lookup, relay)]);
  const record = { kind: "spf", name: domain } as const;
  const sends = relay === null || addresses === null || addresses.every(isPrivate) ? null : relay;
  if (texts === null) return { ...record, wanted: spfFor(null, sends), found: [], state: "unanswered" };
  const found = texts.filter((text) => SPF.test(text));
  const wanted = spfFor(found[0] ?? null, sends);
  if (found.length === 0) return { ...record, wanted, found, state: "missing" };
  if (found.length > 1) return { ...record, wanted, found, state: "differs" }; // RFC 7208, section 4.5: then none counts.
  if (sends === null) return { ...record, wanted: null, found, state: "open" };
  const results = await Promise.all(addresses!.map((ip) => spfResult(domain, ip, lookup)));
  if (results.includes("temperror")) return { ...record, wanted: null, found, state: "unanswered" };
  const passes = results.every((result) => result === "pass");
  return { ...record, wanted: passes ? null : wanted, found, state: passes ? "there" : "differs" };
}

/** A record that allows the relay's host, and what stands already. */
function spfFor(standing: string | null, relay: string | null): string | null {
  if (relay === null) return null;
  const mechanism = isIP(relay) ? `ip${isIP(relay)}:${relay}` : `a:${relay}`;
  if (standing === null) return `v=spf1 mx ${mechanism} ~all`;
  const words = standing.split(/\s+/).filter((word) => word !== "");
  const end = words.findIndex((word) => /^[-~?+]?all$|^redirect=/i.test(word));
  return words.toSpliced(end < 0 ? words.length : end, 0, mechanism).join(" ");
}

async function spfResult(domain: string, ip: string, lookup: Lookup): Promise<string> {
  const sender = `postmaster@${domain}`;
  const question = { sender, ip, helo: `[${ip}]`, mta: "permanence.invalid", resolver: lookup as DNSResolver };
  return (await verifySpf(question)).status.result;
}

async function examineDmarc(domain: string, lookup: Lookup): Promise<DomainRecord> {
  const name = `_dmarc.${domain}`;
  const texts = await textsOf(lookup, name);
  const record = { kind: "dmarc", name } as const;
  const wanted = `v=DMARC1; p=quarantine; rua=mailto:postmaster@${domain}`;
  if (texts === null) return { ...record, wanted, found: [], state: "unanswered" };
  const found = texts.filter((text) => /^v=DMARC1\s*(;|$)/i.test(text));
  if (found.length !== 1) return { ...record, wanted, found, state: found.length === 0 ? "missing" : "differs" };
  const policy = /;\s*p\s*=\s*(\w+)/i.exec(found[0]!)?.[1]?.toLowerCase();
  if (policy === "quarantine" || policy === "reject") return { ...record, wanted: null, found, state: "there" };
  return { ...record, wanted, found, state: policy === "none" ? "weak" : "differs" };
}

async function textsOf(lookup: Lookup, name: string): Promise<string[] | null> {
  const answer = await ask<string[][]>(lookup, name, "TXT");
  return answer && answer.map((parts) => parts.join(""));
}

/** Of the relay, as far as they are known. Null where the DNS did not answer, or it has none. */
async function addressesOf(lookup: Lookup, host: string | null): Promise<string[] | null> {
  if (host === null) return null;
  if (isIP(host)) return [host];
  if (host === "localhost") return ["127.0.0.1"];
  const found = await ask<string[]>(lookup, host, "A");
  return found === null || found.length === 0 ? null : found;
}

/** Whose address on the Internet is another, which only that network's operator knows. */
function isPrivate(ip: string): boolean {
  return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe80:)/i.test(ip);
}

/** Empty where there is nothing of that name or type; null where the DNS does not answer. */
async function ask<T extends unknown[]>(lookup: Lookup, name: string, type: string): Promise<T | null> {
  try {
    return (await lookup(name, type)) as T;
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENOTFOUND" || code === "ENODATA" ? ([] as unknown as T) : null;
  }
}
