export { assert, assertNever } from "./assert.ts";
export { canonicalJson } from "./canonical-json.ts";
export { type Clock, systemClock, VirtualClock } from "./clock.ts";
export { fromIso, type Instant, instant, toIso } from "./instant.ts";
export { base32, newId, newToken } from "./ids.ts";
export { type Random, seededRandom, systemRandom } from "./random.ts";
export { SteadyClock } from "./steady-clock.ts";
export type { World } from "./world.ts";
