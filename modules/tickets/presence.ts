import type { DeskId } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import type { WatchDesk } from "./counted-tickets.ts";

/** Who has a ticket before them. A page says so again and again; whoever is silent for this long has left. */
export const SILENT_AFTER_MS = 45_000;

export const PRESENCES = ["looking", "typing", "gone"] as const;
export type Presence = (typeof PRESENCES)[number];

/** What every process tells the others, by the way of all changes. Kept in memory alone: it is over in a minute. */
export type PresenceChange = { type: "presence"; ticketId: string; agentId: string; name: string; state: Presence };

export type Present = { id: string; name: string; state: Exclude<Presence, "gone"> };

type Heard = { change: PresenceChange; atMs: number };

/** Who looks at which ticket, as far as this process has heard: those whom another one hears say it again soon. */
export class Presences {
  readonly #watch: WatchDesk;
  readonly #byDesk = new Map<DeskId, Map<string, Map<string, Heard>>>();

  constructor(watch: WatchDesk) {
    this.#watch = watch;
  }

  /** Begins to listen, so that what is told from now on is known. */
  listen(deskId: DeskId): void {
    if (this.#byDesk.has(deskId)) return;
    this.#byDesk.set(deskId, new Map());
    this.#watch(deskId, (change) => {
      if (change.type === "presence") this.hear(deskId, change as PresenceChange);
    });
  }

  hear(deskId: DeskId, change: PresenceChange, atMs = systemClock.monotonicMs()): void {
    const tickets = this.#byDesk.get(deskId) ?? new Map<string, Map<string, Heard>>();
    this.#byDesk.set(deskId, tickets);
    const there = tickets.get(change.ticketId) ?? new Map<string, Heard>();
    tickets.set(change.ticketId, there);
    if (change.state === "gone") there.delete(change.agentId);
    else there.set(change.agentId, { change, atMs });
    if (there.size === 0) tickets.delete(change.ticketId);
  }

  /** Whoever else is there, those who type first. */
  others(deskId: DeskId, ticketId: string, agentId: string, nowMs = systemClock.monotonicMs()): Present[] {
    const there = this.#byDesk.get(deskId)?.get(ticketId);
    if (there === undefined) return [];
    for (const [id, { atMs }] of there) if (nowMs - atMs > SILENT_AFTER_MS) there.delete(id);
    if (there.size === 0) this.#byDesk.get(deskId)!.delete(ticketId);
    return [...there.values()]
      .filter(({ change }) => change.agentId !== agentId)
      .map(({ change }) => ({ id: change.agentId, name: change.name, state: change.state as Present["state"] }))
      .toSorted((a, b) => Number(b.state === "typing") - Number(a.state === "typing") || (a.name < b.name ? -1 : 1));
  }
}
