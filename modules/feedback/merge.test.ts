import type { Customer } from "@permanence/people";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comment, stand } from "./customer-acts.ts";
import { type FeedbackDesk, openFeedbackDesk } from "./feedback-test-desk.ts";
import { mergeSuggestions } from "./merge.ts";
import { lockSuggestions } from "./suggestion-store.ts";
import { findFollow, setFollow } from "./vote-store.ts";
import { readPublicWhole } from "./whole-suggestion.ts";

let desk: FeedbackDesk;
let people: Customer[];
beforeAll(async () => {
  desk = await openFeedbackDesk();
  people = [];
  for (const name of ["Ana", "Ben", "Cas", "Dua", "Eli"]) people.push(await desk.customer(name));
});
afterAll(() => desk?.close());

async function merge(fromId: string, intoId: string): Promise<void> {
  await desk.inDesk(async (tx) => {
    const rows = await lockSuggestions(tx, desk.deskId, [fromId, intoId]);
    const [from, into] = [fromId, intoId].map((id) => rows.find((row) => row.suggestion_id === id)!);
    await mergeSuggestions(tx, desk.world, from!, into!, `agent:${desk.agent.id}`);
  });
}

const rowsOf = (table: "suggestion_vote" | "suggestion_follow", id: string) =>
  desk.inDesk((tx) => tx.selectFrom(table).selectAll().where("suggestion_id", "=", id).orderBy("contact_id").execute());
const votersOf = async (id: string) => (await rowsOf("suggestion_vote", id)).map((row) => row.contact_id);
const followersOf = async (id: string) =>
  (await desk.inDesk((tx) => tx.selectFrom("suggestion_follow").selectAll().where("suggestion_id", "=", id).execute()))
    .filter((row) => row.ended_at === null)
    .map((row) => row.contact_id)
    .toSorted();
const wholeOf = (id: string) => desk.inDesk((tx) => readPublicWhole(tx, desk.deskId, id));
const act = (who: Customer, id: string, as: "vote" | "follow", wanted = true) =>
  desk.inDesk((tx) => stand(tx, desk.world, desk.desk, who, { id, as, wanted }));

/** Who votes for and follows each of three suggestions, and which are merged into which, one after the other. */
const cases = fc.record({
  votes: fc.array(fc.tuple(fc.nat(4), fc.nat(2)), { maxLength: 12 }),
  follows: fc.array(fc.tuple(fc.nat(4), fc.nat(2)), { maxLength: 12 }),
  merges: fc.constantFrom<[number, number][]>(
    ...([
      [[0, 1]],
      [
        [0, 1],
        [1, 2],
      ],
      [
        [0, 2],
        [1, 2],
      ],
      [
        [2, 1],
        [1, 0],
      ],
    ] as [number, number][][]),
  ),
});

test("however suggestions are merged, no vote is lost, none counts twice, and every follower comes along", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ votes, follows, merges }) => {
      const ids: string[] = [];
      for (let i = 0; i < 3; i += 1) ids.push(await desk.suggest(people[i]!, `Idée ${i}`));
      for (const [who, which] of votes) await act(people[who]!, ids[which]!, "vote");
      for (const [who, which] of follows) await act(people[who]!, ids[which]!, "follow");
      const [voters, followers] = [await Promise.all(ids.map(votersOf)), await Promise.all(ids.map(followersOf))];
      const union = (lists: string[][], parts: number[]) => [...new Set(parts.flatMap((i) => lists[i]!))].toSorted();
      const parts = ids.map((_, index) => [index]);
      for (const [from, into] of merges) {
        await merge(ids[from]!, ids[into]!);
        parts[into]!.push(...parts[from]!);
        parts[from] = [];
      }
      for (const [index, id] of ids.entries()) {
        const expected = union(voters, parts[index]!);
        expect((await votersOf(id)).toSorted()).toEqual(expected);
        expect((await wholeOf(id))!.votes).toBe(expected.length);
        if (parts[index]!.length > 0) expect(await followersOf(id)).toEqual(union(followers, parts[index]!));
      }
      const last = merges.at(-1)!;
      expect(await act(people[4]!, ids[merges[0]![0]]!, "vote")).toBe(ids[last[1]]); // The merged one leads there.
    }),
    { numRuns: 12 },
  );
});

test("who votes while it is merged counts once, there", async () => {
  const [one, other] = [await desk.suggest(people[0]!, "Un"), await desk.suggest(people[1]!, "Deux")];
  await Promise.all([merge(one, other), ...people.flatMap((who) => [act(who, one, "vote"), act(who, other, "vote")])]);
  expect([await votersOf(one), (await wholeOf(other))!.votes]).toEqual([[], 5]);
});

test("comments move and say from where; history tells it at both ends; hidden ones are not named", async () => {
  const [one, other] = [
    await desk.suggest(people[0]!, "Premier titre"),
    await desk.suggest(people[1]!, "Second titre"),
  ];
  const hidden = await desk.suggest(people[2]!, "Titre caché", { approved: false });
  await desk.inDesk((tx) => comment(tx, desk.world, desk.desk, people[1]!, { id: one, text: "Oui", signed: false }));
  await desk.inDesk((tx) => tx.updateTable("suggestion_comment").set({ moderation: "approved" }).execute());
  desk.clock.advance(1_000);
  await merge(one, other);
  desk.clock.advance(1_000);
  await merge(hidden, other);
  expect(await wholeOf(one)).toMatchObject({ mergedInto: { id: other, title: "Second titre" }, said: [], votes: 0 });
  const whole = (await wholeOf(other))!;
  expect(whole.said).toMatchObject([{ text: "Oui", movedFrom: { id: one, title: "Premier titre" } }]);
  expect(whole.history).toMatchObject([
    { type: "proposed" },
    { type: "merged-from", other: { id: one }, votes: 1, counted: 1 },
    { type: "merged-from", other: null },
  ]);
  expect(JSON.stringify(whole)).not.toContain("caché");
  expect(await wholeOf(hidden)).toBeNull();
});

test("links in mails of the merged one still end following; who had left is not brought back", async () => {
  const [one, other] = [await desk.suggest(people[0]!, "Un"), await desk.suggest(people[1]!, "Deux")];
  await act(people[2]!, one, "follow");
  await act(people[2]!, other, "follow");
  await act(people[2]!, other, "follow", false);
  const { token, contact_id: contactId } = (await rowsOf("suggestion_follow", one)).find(
    (row) => row.contact_id === people[0]!.contactId,
  ) as { token: string; contact_id: string };
  await merge(one, other);
  expect(await followersOf(other)).toEqual([people[0]!.contactId, people[1]!.contactId].toSorted());
  const follow = (await desk.inDesk((tx) => findFollow(tx, desk.deskId, token)))!;
  expect(follow).toMatchObject({ contactId, title: "Deux", isFollowing: true });
  for (const suggestionId of follow.places) {
    await desk.inDesk((tx) => setFollow(tx, desk.world, desk.deskId, { suggestionId, contactId }, false));
  }
  expect((await desk.inDesk((tx) => findFollow(tx, desk.deskId, token)))!.isFollowing).toBe(false);
  expect(await followersOf(other)).toEqual([people[1]!.contactId]);
});
