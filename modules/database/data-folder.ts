import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Obstacle } from "./obstacle.ts";

/** Makes the data folder where it is missing. */
export function makeDataDir(dataDir: string): void {
  try {
    makeFolder(dataDir);
  } catch (error) {
    throw new Obstacle(
      `The data folder ${dataDir} cannot be made: ${(error as Error).message}. Nothing was started. ` +
        `Name another folder with --data.`,
      { cause: error },
    );
  }
}

/** Step by step: asked for all at once, Node tries for ever where the last step is impossible (below /proc, say). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error; // Another made it meanwhile.
  }
}
