import { createHash } from "node:crypto";
import type { Context } from "hono";

/** From where somebody asks, and with what. */
export type Visitor = { network: string; device: string };

/** How apps/server tells who is at the other end of the connection. From outside it never comes through. */
export const CLIENT_HEADER = "x-permanence-client";
const MOST_DEVICE = 300;

export function visitorOf(c: Context): Visitor {
  return {
    network: c.req.header(CLIENT_HEADER) ?? "unknown",
    device: (c.req.header("user-agent") ?? "").slice(0, MOST_DEVICE),
  };
}

/** What one customer of a provider has at least: an IPv4 address, or the first half of an IPv6 one (RFC 6177). */
export function networkOf(address: string): string {
  return address.includes(":") && !/\d+\.\d+\.\d+\.\d+$/.test(address)
    ? address.split(":").slice(0, 4).join(":")
    : address.replace(/^::ffff:/i, "");
}

export function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
