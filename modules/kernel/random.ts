import { createHash, randomBytes } from "node:crypto";

/** The only source of chance. */
export interface Random {
  bytes(count: number): Buffer;
}

export const systemRandom: Random = { bytes: (count) => randomBytes(count) };

/** The same bytes for the same seed: for tests and simulations, never for secrets. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  return {
    bytes(count) {
      const blocks: Buffer[] = [];
      for (let have = 0; have < count; have += 32) {
        blocks.push(createHash("sha256").update(`${seed}:${drawn++}`).digest());
      }
      return Buffer.concat(blocks).subarray(0, count);
    },
  };
}
