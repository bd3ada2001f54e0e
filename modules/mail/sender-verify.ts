import { domainToASCII } from "node:url";
import type { Instant } from "@permanence/kernel";
import { arc as verifyArc } from "mailauth/lib/arc/index.js";
import { evaluateDmarc } from "mailauth/lib/dmarc/index.js";
import { spf as verifySpf } from "mailauth/lib/spf/index.js";
import type { ARCData, DNSResolver } from "mailauth";
import { isIP } from "node:net";
import { type Authentication, CHECK_RESULTS, type CheckResult, OURSELVES } from "./authentication.ts";
import type { Lookup, SenderDns } from "./sender-dns.ts";
import { bestResult, type Signature, verifySignatures } from "./sender-signatures.ts";

/** What a check needs beside the bytes. */
export type SenderClaim = {
  /** The address of the person whom the mail is taken to be from. */
  author: string;
  receivedAt: Instant;
  /** The SMTP connection that it came by; null where none is known, as for a file. */
  connection: { remoteIp: string; helo: string; envelopeFrom: string } | null;
};

/** All DNS of one mail together. */
const LIMIT_MS = 5_000;
/** Of it, what signatures and SPF may take: whoever runs a silent DNS must not use up the time in which the policy of the
 *  domain that they write in the name of is looked up. */
const IDENTITIES_SHARE = 0.6;

/** Verifies who sent a mail: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989), ARC (RFC 8617). Runs on the checking thread. */
export async function verifySender(
  bytes: Uint8Array,
  { author, receivedAt, connection }: SenderClaim,
  dns: SenderDns,
  limitMs = LIMIT_MS,
): Promise<Authentication> {
  const identities = dns.within(limitMs * IDENTITIES_SHARE);
  const policies = dns.within(limitMs);
  const domain = domainOf(author);
  prefetchPolicies(domain, policies.lookup);
  const [spf, { signatures, arc }] = await Promise.all([
    connection === null ? null : checkSpf(connection, identities.lookup),
    verifySignatures(bytes, { domain, at: receivedAt, lookup: identities.lookup }),
  ]);
  // One after the other: a chain of fifty seals must not take the policy's time.
  const { dmarc, policy } = await checkDmarc({ domain, spf, signatures, lookup: policies.lookup });
  const chain = await checkArc(arc, policies.lookup, identities.unanswered.union(policies.unanswered));
  return {
    spf: spf?.result ?? "none",
    dkim: bestResult(signatures),
    // Without a connection nobody knows whether SPF would have passed.
    dmarc: connection === null && dmarc === "fail" ? "none" : dmarc,
    arc: chain,
    policy,
    by: OURSELVES,
    domain: domain === "" ? null : domain,
  };
}

function domainOf(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf("@") + 1).trim()).toLowerCase();
}

/** The policy is looked for from the domain upwards, one name after the other (RFC 9989, section 4.10): asked for
 *  beforehand, all at once, it costs one name's time. */
function prefetchPolicies(domain: string, lookup: Lookup): void {
  const labels = domain.split(".").slice(-8);
  for (let from = 0; from < labels.length; from++) {
    lookup(`_dmarc.${labels.slice(from).join(".")}`, "TXT").catch(() => {});
  }
}

type Spf = { result: CheckResult; domain: string };

async function checkSpf(
  { remoteIp: ip, helo, envelopeFrom }: NonNullable<SenderClaim["connection"]>,
  lookup: Lookup,
): Promise<Spf> {
  const name = helo === "" ? ip : helo;
  const { status, domain } = await verifySpf({
    sender: envelopeFrom,
    ip,
    helo: isIP(name) ? `[${name}]` : name,
    mta: "permanence.invalid",
    resolver: lookup as DNSResolver,
  });
  return { result: asResult(status.result), domain: domain.toLowerCase() };
}

type Evidence = { domain: string; spf: Spf | null; signatures: Signature[]; lookup: Lookup };

/** Judges the author whom our reading takes, and not the From fields as a library reads them: of two, another could be
 *  taken there. */
async function checkDmarc({ domain, spf, signatures, lookup }: Evidence) {
  if (domain === "") return { dmarc: "permerror" as const, policy: null };
  const passed = signatures.filter(({ result }) => result === "pass");
  const { response } = await evaluateDmarc({
    headerFrom: [`author@${domain}`],
    fromFields: 1,
    spfDomains: spf?.result === "pass" ? [spf.domain] : [],
    dkimDomains: passed.map((signature) => ({ domain: signature.domain })),
    resolver: lookup as DNSResolver,
  });
  if (!response) return { dmarc: "permerror" as const, policy: null };
  const policy = policyOf(response.policy);
  const dmarc = asResult(response.status.result);
  if (dmarc !== "fail") return { dmarc, policy };
  // What might have passed, had the DNS answered, is not known. What could not have helped is not waited for: else whoever
  // runs a silent DNS would decide what is known of others.
  const { spf: ofSpf, dkim: ofDkim } = response.alignment;
  const unknown = [
    ...(spf?.result === "temperror" && isAligned(spf.domain, domain, response.domain, ofSpf.strict) ? [spf] : []),
    ...signatures.filter(
      (each) => each.result === "temperror" && isAligned(each.domain, domain, response.domain, ofDkim.strict),
    ),
  ];
  return { dmarc: unknown.length > 0 ? ("temperror" as const) : dmarc, policy };
}

function isAligned(domain: string, author: string, organisation: string, strict: boolean): boolean {
  if (strict) return domain === author;
  return domain === organisation || domain.endsWith(`.${organisation}`);
}

async function checkArc(data: ARCData, lookup: Lookup, unanswered: ReadonlySet<string>): Promise<CheckResult> {
  const { status } = await verifyArc(data, { resolver: lookup as DNSResolver, minBitLength: 1024 });
  const result = asResult(status.result);
  return result === "fail" && keyNames(data).some((name) => unanswered.has(name)) ? "temperror" : result;
}

function keyNames({ chain }: ARCData): string[] {
  const entries = (chain || []) as unknown as Record<string, { parsed?: Record<string, { value?: unknown }> }>[];
  const fields = entries.flatMap((entry) => [entry["arc-seal"], entry["arc-message-signature"]]);
  return fields.map((field) => {
    const { s, d } = field?.parsed ?? {};
    return `${String(s?.value)}._domainkey.${String(d?.value)}`.toLowerCase();
  });
}

function asResult(word: string): CheckResult {
  return CHECK_RESULTS.find((result) => result === word) ?? "none";
}

function policyOf(word: string | undefined): Authentication["policy"] {
  return word === "none" || word === "quarantine" || word === "reject" ? word : null;
}
