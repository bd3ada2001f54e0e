import { execFileSync } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, removeFolder } from "./folders.ts";

/** A file system of its own in a folder, so that it can be filled without harming the machine. */
export type SmallDisk = {
  path: string;
  /** Takes all that is free but `spareBytes`. */
  fill(spareBytes: number): void;
  /** Gives it back. */
  free(): void;
  remove(): void;
};

/** Null where file systems cannot be mounted: without root, or in a container that forbids it. */
export function mountSmallDisk(megabytes: number): SmallDisk | null {
  const path = makeFolder("small-disk");
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "permanence-test", path], {
      stdio: "ignore",
    });
  } catch {
    removeFolder(path);
    return null;
  }
  const ballast = join(path, "ballast");
  return {
    path,
    fill(spareBytes) {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - spareBytes)));
    },
    free: () => rmSync(ballast, { force: true }),
    remove() {
      execFileSync("umount", ["--lazy", path], { stdio: "ignore" });
      removeFolder(path);
    },
  };
}
