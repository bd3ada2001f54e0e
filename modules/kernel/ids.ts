import type { World } from "./world.ts";

/** A UUIDv7 (RFC 9562, section 5.7): sorts by the time at which it was made. */
export function newId(world: World): string {
  const bytes = world.random.bytes(16);
  bytes.writeUIntBE(world.clock.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** 160 bits of chance in lower-case letters and digits (base 32), for secrets that stand in links and addresses. */
export function newToken(world: World): string {
  return base32(world.random.bytes(20));
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"; // RFC 4648, section 6, in lower case.

/** Lower-case RFC 4648 base 32 without padding. */
export function base32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let heldBits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    heldBits += 8;
    while (heldBits >= 5) {
      text += ALPHABET[(held >>> (heldBits - 5)) & 31];
      heldBits -= 5;
      held &= (1 << heldBits) - 1;
    }
  }
  if (heldBits > 0) text += ALPHABET[(held << (5 - heldBits)) & 31];
  return text;
}
