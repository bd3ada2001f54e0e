import { instant } from "@permanence/kernel";
import type { ImapFlow } from "imapflow";
import { expect, test } from "vitest";
import { fetchMessages, findNewUids, listMessages } from "./imap-fetch.ts";

const AT = instant(Date.UTC(2026, 10, 25, 12));

/** As much of a connection as is used here. */
type Server = {
  messages: number[];
  /** Those that the server lists and does not give: alone, or so that it refuses whatever is asked for together. */
  broken?: number[];
  refuses?: boolean;
  internalDate?: Date | string;
};

function connectionTo({ messages, broken = [], refuses = false, internalDate = new Date(AT) }: Server): ImapFlow {
  const fetchAll = async (uids: number[]) => {
    if (refuses && uids.some((uid) => broken.includes(uid)))
      throw Object.assign(new Error("Command failed"), { responseStatus: "NO" });
    const given = messages.filter((uid) => uids.includes(uid) && !broken.includes(uid));
    return given.map((uid) => ({ uid, size: 10, internalDate, source: Buffer.from(String(uid)) }));
  };
  const search = async ({ uid }: { uid: string }) => {
    if (!uid.endsWith(":*")) return messages.filter((each) => uid.split(",").includes(String(each)));
    const from = Number.parseInt(uid, 10);
    return messages.filter((each) => each >= from || each === messages.at(-1)).reverse();
  };
  const connection = { usable: true, isClosed: false, once: () => {}, off: () => {}, fetchAll, search };
  return connection as unknown as ImapFlow;
}

const listed = (...uids: number[]) => uids.map((uid) => ({ uid, sizeBytes: 10, at: AT }));

test.each([
  ["gives all", { messages: [1, 2, 3] }, [1, 2, 3], []],
  ["has lost one meanwhile", { messages: [1, 3] }, [1, 3], []],
  ["keeps one back", { messages: [1, 2, 3], broken: [2] }, [1, 3], [2]],
  ["refuses all for the sake of one", { messages: [1, 2, 3], broken: [2], refuses: true }, [1, 3], [2]],
])("from a server that %s", async (_, server, uids, withheld) => {
  const result = await fetchMessages(connectionTo(server), listed(1, 2, 3));
  expect(result.fetched.map(({ uid, bytes }) => [uid, String(bytes)])).toEqual(uids.map((uid) => [uid, String(uid)]));
  expect(result.withheld).toEqual(withheld);
});

test("what is not above the last number is not new, even where the server names it", async () => {
  const connection = connectionTo({ messages: [3, 5, 9] });
  expect(await findNewUids(connection, { lastUid: 4, from: AT })).toEqual([5, 9]);
  expect(await findNewUids(connection, { lastUid: 9, from: AT })).toEqual([]);
});

test.each([
  [new Date(AT - 1_000), AT - 1_000],
  [new Date(AT + 86_400_000), AT], // Nothing was received in the future.
  ["no date at all", AT],
])("a message of %s was received at %i", async (internalDate, at) => {
  const lists = await Array.fromAsync(listMessages(connectionTo({ messages: [1], internalDate }), [1], AT));
  expect(lists.flat()).toEqual([{ uid: 1, sizeBytes: 10, at }]);
});
