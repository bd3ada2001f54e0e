import type { DeskId } from "@permanence/database";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { type LiveEvent, type LiveEvents, streamLiveEvents } from "./live-events.ts";

const EVENT: LiveEvent = { event: "change", data: { type: "ticket" } };

/** A stream whose events the test makes itself. */
async function open(stillValid: () => Promise<boolean> = async () => true) {
  const watchers = new Set<(event: LiveEvent) => void>();
  const events: LiveEvents = {
    watch(_deskId, watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    close: async () => {},
  };
  const app = new Hono();
  app.get("/", (c) => streamLiveEvents(c, events, { deskId: "desk" as DeskId, stillValid, heartbeatMs: 20 }));
  const body = (await app.request("/")).body!.pipeThrough(new TextDecoderStream());
  const tell = (count: number) => {
    for (let i = 0; i < count; i++) for (const watcher of watchers) watcher(EVENT);
  };
  return { watchers, tell, reader: body.getReader() };
}

test("a reader who keeps up hears any number of events", async () => {
  const { watchers, tell, reader } = await open();
  for (let heard = 0; heard < 3_000;) {
    tell(500);
    for (const until = heard + 500; heard < until;)
      heard += ((await reader.read()).value ?? "").split("event: change").length - 1;
  }
  expect(watchers.size).toBe(1);
  await reader.cancel();
  await expect.poll(() => watchers.size).toBe(0);
});

test("one who is more than 1,000 events behind is let go", async () => {
  const { watchers, tell } = await open();
  tell(900);
  expect(watchers.size).toBe(1);
  tell(200);
  await expect.poll(() => watchers.size).toBe(0);
});

test("a check that fails ends no stream; one that says no does", async () => {
  let checks = 0;
  const { watchers } = await open(async () => {
    if (++checks < 3) throw new Error("The database is away.");
    return false;
  });
  await expect.poll(() => watchers.size).toBe(0);
  expect(checks).toBe(3);
});
