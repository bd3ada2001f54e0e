import type { Instant, SteadyClock } from "@permanence/kernel";

/** How far the database's clock may be off: its answer takes a moment, and machines are kept right to less. */
const TOLERANCE_MS = 5_000;

export type Disagreement = { with: "itself" | "database"; byMs: number };

/**
 * Whether the machine's clock can be believed: that it goes as the monotonic one does, and tells the database's time. While
 * it cannot, nothing may be found late: a clock that runs ahead would breach what is in time, and nobody could take the
 * warnings back.
 * @param askDatabase its time; where it cannot be asked, what needs it fails anyway
 */
export async function findDisagreement(
  clock: SteadyClock,
  askDatabase: () => Promise<Instant>,
): Promise<Disagreement | null> {
  const jumpMs = clock.jumpMs();
  if (jumpMs !== null) return { with: "itself", byMs: jumpMs };
  const before = clock.now();
  const theirs = await askDatabase();
  const after = clock.now();
  const byMs = theirs < before ? before - theirs : theirs > after ? after - theirs : 0;
  return Math.abs(byMs) > TOLERANCE_MS ? { with: "database", byMs } : null;
}

/** For the log and for people. */
export function describeDisagreement({ with: other, byMs }: Disagreement): string {
  const seconds = Math.abs(Math.round(byMs / 1_000));
  const where = byMs > 0 ? "ahead" : "back";
  return other === "itself"
    ? `The machine's clock jumped ${seconds} s ${where}. Until it is right again, or has gone evenly for five minutes, no clock is found late and nobody is warned.`
    : `The machine's clock is ${seconds} s ${where} of the database's. Until they agree, no clock is found late and nobody is warned.`;
}
