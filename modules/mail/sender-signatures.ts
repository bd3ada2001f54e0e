import { finished } from "node:stream/promises";
import type { Instant } from "@permanence/kernel";
import type { ARCData } from "mailauth";
import { DkimVerifier, type SignatureHeader, type SignatureResult } from "mailauth/lib/dkim/dkim-verifier.js";
import type { CheckResult } from "./authentication.ts";
import type { Lookup } from "./sender-dns.ts";

/** A thousand signatures, each with a key and a body hash of its own: minutes of work, and so many DNS queries that the
 *  time is up before the answer is known. RFC 6376, section 6.1 lets a verifier choose. */
const MOST_SIGNATURES = 8;
const SHORTEST_KEY_BITS = 1024; // RFC 8301, section 3.2.

export type Signature = { domain: string; result: CheckResult };
export type Signatures = { signatures: Signature[]; arc: ARCData };

/** Verifies a mail's DKIM signatures, as they stood at `at`. Signatures in the name of `domain` come before all others. */
export async function verifySignatures(
  bytes: Uint8Array,
  { domain, at, lookup }: { domain: string; at: Instant; lookup: Lookup },
): Promise<Signatures> {
  const verifier = new BoundedVerifier({
    resolver: lookup,
    sender: "unknown@invalid", // Else it looks for a Return-Path; the envelope is judged elsewhere.
    curTime: new Date(at),
    minBitLength: SHORTEST_KEY_BITS,
  });
  verifier.domain = domain;
  verifier.lookup = lookup;
  verifier.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  await finished(verifier);
  const signed = verifier.results.filter(({ signingDomain }) => signingDomain !== undefined);
  const signatures = signed.map((found) => ({ domain: found.signingDomain!.toLowerCase(), result: resultOf(found) }));
  return { signatures, arc: verifier.arc };
}

/** mailauth's verifier, with a choice of signatures and in an order of our own. */
class BoundedVerifier extends DkimVerifier {
  domain = "";
  lookup: Lookup | null = null;
  #chosen: Set<SignatureHeader> | null = null;

  override prepareSignature(header: SignatureHeader): void {
    this.#chosen ??= new Set(chosenOf(this.signatureHeaders, this.domain));
    if (!this.#chosen.has(header)) {
      header.skip = "too many signatures";
      return;
    }
    super.prepareSignature(header);
    if (header.skip !== undefined || header.invalid !== undefined) return;
    // They are verified one after the other: asked for at once, all their keys cost about one key's time.
    this.lookup?.(`${header.selector}._domainkey.${header.signingDomain}`, "TXT").catch(() => {});
  }

  /** Verifies them, when the whole body was read. */
  override async finalChunk(): Promise<void> {
    this.signatureHeaders = nearFirst(this.signatureHeaders, this.domain);
    await super.finalChunk();
  }
}

/** Signatures in the name of the domain before others. */
function nearFirst(headers: SignatureHeader[], domain: string): SignatureHeader[] {
  const isNear = (header: SignatureHeader) => tailOf(String(header.parsed?.["d"]?.value)) === tailOf(domain);
  return [...headers.filter(isNear), ...headers.filter((header) => !isNear(header))];
}

function chosenOf(headers: SignatureHeader[], domain: string): SignatureHeader[] {
  const dkim = headers.filter(({ type }) => type === "DKIM");
  const chosen = nearFirst(dkim, domain).slice(0, MOST_SIGNATURES);
  return [...chosen, ...headers.filter(({ type }) => type === "ARC")];
}

/** Two labels: enough to put likely signatures before others. */
function tailOf(domain: string): string {
  return domain.toLowerCase().split(".").slice(-2).join(".");
}

function resultOf({ status, bodyHash, bodyHashExpecting }: SignatureResult): CheckResult {
  // With `l=`, anybody may add to a body whose signature still holds (RFC 6376, section 8.2): a signed newsletter would
  // vouch for any text.
  if (status.result === "pass") return (status.underSized ?? 0) > 0 ? "permerror" : "pass";
  if (status.result === "fail" || status.result === "temperror") return status.result;
  if (bodyHash !== undefined && bodyHash !== bodyHashExpecting) return "fail"; // Section 6.1.3; mailauth says neutral.
  return "permerror"; // No such key, a weak one, a syntax error.
}

const BEST_FIRST: CheckResult[] = ["pass", "temperror", "fail", "permerror"];

/** One word for all signatures: a mail may carry several, and one that holds is enough. */
export function bestResult(signatures: Signature[]): CheckResult {
  return BEST_FIRST.find((result) => signatures.some((signature) => signature.result === result)) ?? "none";
}
