import { createContext } from "svelte";
import type { Named, Tag, TicketView } from "#lib/api/agent-day-types.ts";
import type { Me } from "#lib/api/types.ts";
import type { DeskClock } from "#lib/time/desk-clock.svelte.ts";
import type { Keys } from "#lib/workspace/keys.svelte.ts";
import type { LiveChanges } from "#lib/workspace/live-changes.svelte.ts";
import type { Undo } from "#lib/workspace/undo.svelte.ts";

/** What every pane shares, provided by the workspace's layout. */
export type Workspace = {
  readonly me: Me;
  /** Of the ticket list, with their counts as they change. */
  readonly views: TicketView[];
  /** Who and what tickets are given to: read with the page. */
  readonly house: { agents: Named[]; teams: Named[]; tags: Tag[] };
  clock: DeskClock;
  live: LiveChanges;
  keys: Keys;
  undo: Undo;
};

export const [useWorkspace, provideWorkspace] = createContext<Workspace>();
