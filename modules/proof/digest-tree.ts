import { createHash } from "node:crypto";

// A tree of digests as in RFC 9162 (section 2.1): leaves and inner nodes are told apart by their first byte, so that
// neither can be passed off as the other.

/** One step from a leaf to the root: the digest beside it, and on which side that stands. */
export type Step = { side: "left" | "right"; digest: string };

const EMPTY = Buffer.alloc(32);

export function leafDigest(...parts: (string | Uint8Array)[]): Buffer {
  return sha256(Buffer.from([0]), ...parts);
}

/** The root over leaves in their order; zeros where there are none. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  let level = [...leaves];
  while (level.length > 1) level = above(level);
  return level[0] ?? EMPTY;
}

/** The way from the leaf at `index` to the root. */
export function pathOf(leaves: readonly Buffer[], index: number): Step[] {
  const steps: Step[] = [];
  let [level, at] = [[...leaves], index];
  while (level.length > 1) {
    const beside = level[at ^ 1]; // The last of an odd level goes up alone.
    if (beside) steps.push({ side: at % 2 === 1 ? "left" : "right", digest: beside.toString("hex") });
    [level, at] = [above(level), Math.floor(at / 2)];
  }
  return steps;
}

/** The root that a leaf and its path lead to. */
export function rootFrom(leaf: Buffer, path: readonly Step[]): Buffer {
  return path.reduce((node, { side, digest }) => {
    const beside = Buffer.from(digest, "hex");
    return side === "left" ? pair(beside, node) : pair(node, beside);
  }, leaf);
}

function above(level: readonly Buffer[]): Buffer[] {
  return Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
    const [left, right] = [level[2 * i]!, level[2 * i + 1]];
    return right ? pair(left, right) : left;
  });
}

function pair(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.from([1]), left, right);
}

export function sha256(...parts: (string | Uint8Array)[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
