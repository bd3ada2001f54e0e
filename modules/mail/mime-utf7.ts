/** RFC 2152. The standard's decoders leave UTF-7 out, since browsers were attacked with it; as plain text of a
 *  mail it harms nobody, and old gateways still send it. */
export function decodeUtf7(bytes: Buffer): string {
  return bytes.toString("latin1").replaceAll(/\+([A-Za-z0-9+/]*)-?/g, (shifted, base64: string) => {
    if (base64 === "") return shifted === "+-" ? "+" : shifted;
    const units = Buffer.from(base64, "base64");
    return new TextDecoder("utf-16be").decode(units.subarray(0, units.length & ~1));
  });
}
