import { type Change, type Db, type DeskId, listen } from "@permanence/database";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { setTimeout as pause } from "node:timers/promises";

const HEARTBEAT_MS = 15_000; // Proxies end connections that are silent for longer.
const MOST_UNREAD = 1_000; // Events that wait in memory for one reader.

/** The changes of every desk, as they are committed, handed to whoever watches that desk. */
export type LiveEvents = {
  watch(deskId: DeskId, watcher: (event: LiveEvent) => void): () => void;
  close(): Promise<void>;
};

/** `resync`: changes may have been missed; what is shown must be read again. */
export type LiveEvent = { event: "change"; data: object } | { event: "resync"; data: object };

export async function openLiveEvents(db: Db): Promise<LiveEvents> {
  const watchers = new Map<DeskId, Set<(event: LiveEvent) => void>>();
  const stop = await listen(db, (change) => tell(watchers, change));
  return {
    watch(deskId, watcher) {
      const ofDesk = watchers.get(deskId) ?? new Set();
      watchers.set(deskId, ofDesk.add(watcher));
      return () => {
        ofDesk.delete(watcher);
        if (ofDesk.size === 0) watchers.delete(deskId);
      };
    },
    close: stop,
  };
}

function tell(watchers: Map<DeskId, Set<(event: LiveEvent) => void>>, change: Change): void {
  if (change.deskId === null) {
    for (const ofDesk of watchers.values()) for (const watcher of ofDesk) watcher({ event: "resync", data: {} });
    return;
  }
  const { deskId, ...data } = change;
  for (const watcher of watchers.get(deskId) ?? []) watcher({ event: "change", data });
}

export type LiveReader = {
  deskId: DeskId;
  /** Whether whoever reads may still do so: asked at each heartbeat. */
  stillValid(): Promise<boolean>;
  /** 15 s where it is missing. */
  heartbeatMs?: number | undefined;
};

/** Answers with server-sent events until the reader leaves, may no longer read, or has fallen too far behind. */
export function streamLiveEvents(context: Context, events: LiveEvents, reader: LiveReader): Response {
  return streamSSE(context, async (stream) => {
    const ended = new AbortController();
    stream.onAbort(() => ended.abort());
    const send = boundedSender(stream);
    const stop = events.watch(reader.deskId, ({ event, data }) => {
      send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    });
    send("retry: 1000\n: watching\n\n");
    while (await nextHeartbeat(reader, ended.signal)) send(": still here\n\n");
    stop();
    stream.abort(); // Without what is still unread.
  });
}

/** Ends the stream of a reader who does not keep up: it connects again, and then reads all anew. */
function boundedSender(stream: SSEStreamingApi): (text: string) => void {
  let unread = 0;
  return (text) => {
    if (++unread > MOST_UNREAD) stream.abort();
    else void stream.write(text).then(() => unread--);
  };
}

/** False once the stream is over. A database that is away for a moment ends none. */
async function nextHeartbeat({ stillValid, heartbeatMs = HEARTBEAT_MS }: LiveReader, ended: AbortSignal) {
  const isOpen = await pause(heartbeatMs, true, { signal: ended }).catch(() => false);
  return isOpen && (await stillValid().catch(() => true)) && !ended.aborted;
}
