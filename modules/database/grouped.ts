import { isTemporaryFailure } from "./temporary-failure.ts";

/** Work that is asked for item by item and done in groups. */
export type Grouped<Item, Result> = (item: Item) => Promise<Result>;

export type GroupOptions<Item, Key> = {
  /** Only items of one key go together: those of one desk, say. */
  keyOf(item: Item): Key;
  /** Items in one group, at most. */
  most: number;
  /** Groups of one key that are worked on at the same time, at most; 1 where it is missing. Other items of it wait, and
   *  so become a group. */
  atOnce?: number;
  /** A group takes no further item that would bring it over so many bytes. */
  mostBytes?: number;
  bytesOf?(item: Item): number;
};

/**
 * Does together what is asked for while earlier work is under way, so that under load one transaction serves many;
 * alone, an item is worked on at once. A group that fails, and not for a passing reason, is done once more item by item:
 * one that cannot be done is its own trouble, not the others'.
 * @param work gives a result for each item, in their order
 */
export function inGroups<Item, Result, Key>(
  options: GroupOptions<Item, Key>,
  work: (key: Key, items: Item[]) => Promise<Result[]>,
): Grouped<Item, Result> {
  type Waiting = { item: Item; resolve(result: Result): void; reject(error: unknown): void };
  const waiting: Waiting[] = [];
  const running = new Map<Key, number>();

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      queueMicrotask(startSome); // Those asked for in the same breath go together.
    });

  function startSome(): void {
    const { keyOf, atOnce = 1 } = options;
    const isFree = (key: Key) => (running.get(key) ?? 0) < atOnce;
    for (let next = 0; next >= 0;) {
      next = waiting.findIndex(({ item }) => isFree(keyOf(item)));
      if (next >= 0) start(keyOf(waiting[next]!.item));
    }
  }

  function start(key: Key): void {
    running.set(key, (running.get(key) ?? 0) + 1);
    void run(takeGroup(key)).finally(() => {
      const left = running.get(key)! - 1;
      if (left > 0) running.set(key, left);
      else running.delete(key);
      startSome();
    });
  }

  function takeGroup(key: Key): Waiting[] {
    const { keyOf, most, mostBytes = Number.POSITIVE_INFINITY, bytesOf = () => 0 } = options;
    const group: Waiting[] = [];
    let bytes = 0;
    for (let index = 0; index < waiting.length && group.length < most;) {
      const { item } = waiting[index]!;
      const isFitting = keyOf(item) === key && (group.length === 0 || bytes + bytesOf(item) <= mostBytes);
      if (!isFitting) index++;
      else {
        bytes += bytesOf(item);
        group.push(...waiting.splice(index, 1));
      }
    }
    return group;
  }

  async function run(group: Waiting[]): Promise<void> {
    try {
      const results = await work(
        options.keyOf(group[0]!.item),
        group.map(({ item }) => item),
      );
      for (const [index, { resolve }] of group.entries()) resolve(results[index]!);
    } catch (error) {
      const isOnesOwn = group.length > 1 && !isTemporaryFailure(error);
      for (const each of group) {
        if (isOnesOwn) await run([each]);
        else each.reject(error);
      }
    }
  }
}
