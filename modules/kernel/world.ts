import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** What a program takes from outside itself without asking a peer: time and chance. */
export type World = { clock: Clock; random: Random };
