import { BlockList, isIP } from "node:net";

/** Addresses that are nobody's on the internet (RFC 6890): a machine of one's own, or one's own network. */
const OWN = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["192.0.0.0", 24],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3], // To many at once, and what is reserved.
] as const)
  OWN.addSubnet(network, bits, "ipv4");
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
  ["64:ff9b::", 96], // These two lead to an IPv4 address, which may be one of the above.
  ["2002::", 16],
] as const)
  OWN.addSubnet(network, bits, "ipv6");

/** Whether an address is one on the internet, so that what a domain publishes can say something of it. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = isIP(plain);
  return family !== 0 && !OWN.check(plain, family === 4 ? "ipv4" : "ipv6");
}
