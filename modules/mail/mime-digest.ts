import { createHash } from "node:crypto";
import type { Entity } from "./mime-entity.ts";

// What a message's ways write on it: trace fields (RFC 5321, section 4.4), delivery agents, filters, signers.
const TRACE = new Set(
  "received return-path delivered-to envelope-to apparently-to received-spf authentication-results dkim-signature domainkey-signature status content-length lines x-received x-original-to x-envelope-from x-envelope-to x-uid x-uidl x-keywords x-status x-loop x-resolved-to x-trace".split(
    " ",
  ),
);
const TRACE_BEGINNINGS =
  /^(arc-|x-(spam|virus|google-|gm-|forwarded-|ms-exchange-|microsoft-|forefront-|mozilla-|authenti|rspamd|sieve|pmx-|ironport|barracuda|proofpoint|mimecast))/;
const TRACE_ENDINGS = /^x-.*(-trace|-dkim-signature|-authentication-results|-spam[a-z-]*|-scanned[a-z-]*)$/;

const isTrace = (name: string): boolean => TRACE.has(name) || TRACE_BEGINNINGS.test(name) || TRACE_ENDINGS.test(name);

/**
 * SHA-256, in hex, of what a message says: all fields but trace fields, and the body. Line ends, folds and the
 * empty lines at the end, which relays change, do not count; any other byte does.
 */
export function contentDigest(root: Entity): string {
  const hash = createHash("sha256");
  for (const { name, value } of root.fields) {
    if (!isTrace(name)) hash.update(`${name}:${value.replaceAll(/\s+/g, " ")}\n`);
  }
  return hash.update("\n").update(withPlainLineEnds(root.body)).digest("hex");
}

const LF = 0x0a;
const CR = 0x0d;

function withPlainLineEnds(body: Buffer): Buffer {
  let end = body.length;
  while (end > 0 && (body[end - 1] === LF || body[end - 1] === CR)) end--;
  if (!body.includes(CR)) return body.subarray(0, end);
  const plain = Buffer.allocUnsafeSlow(end);
  let length = 0;
  for (let i = 0; i < end; i++) {
    if (body[i] !== CR || body[i + 1] !== LF) plain[length++] = body[i]!;
  }
  return plain.subarray(0, length);
}
