import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

/** What a program takes from outside itself without asking a peer: time, chance, and where browsers reach its pages (without
 *  a slash at the end; left out where nobody knows). */
export type World = { clock: Clock; random: Random; site?: { readonly url: string } };
