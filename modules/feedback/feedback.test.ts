import { markAddress } from "@permanence/people";
import { afterEach, beforeEach, expect, test } from "vitest";
import { comment, propose, stand } from "./customer-acts.ts";
import { forgetContact } from "./erasure.ts";
import { type FeedbackDesk, openFeedbackDesk } from "./feedback-test-desk.ts";
import { moderateComment } from "./comment-store.ts";
import { readWaiting } from "./moderation.ts";
import { requeueNews } from "./news.ts";
import { findPersonal } from "./personal-data.ts";
import { findSimilar } from "./similar.ts";
import { listSuggestions, readSuggestion } from "./suggestion-reading.ts";
import { findFollow } from "./vote-store.ts";
import { readMyWhole, readPublicWhole } from "./whole-suggestion.ts";

let desk: FeedbackDesk;
beforeEach(async () => {
  desk = await openFeedbackDesk();
});
afterEach(() => desk?.close());

const publicOf = (id: string) => desk.inDesk((tx) => readPublicWhole(tx, desk.deskId, id));
const act = (who: Awaited<ReturnType<FeedbackDesk["customer"]>>, id: string, as: "vote" | "follow", wanted = true) =>
  desk.inDesk((tx) => stand(tx, desk.world, desk.desk, who, { id, as, wanted }));

test("what a customer proposes is theirs at once, and everybody's once it is approved", async () => {
  const zoe = await desk.customer("Zoé Martin");
  const id = await desk.suggest(zoe, "Exporter les annonces", { approved: false });
  expect(await publicOf(id)).toBeNull();
  const mine = await desk.inDesk((tx) => readMyWhole(tx, desk.deskId, zoe.contactId, id));
  expect(mine).toMatchObject({ isMine: true, moderation: "waiting", votes: 1, hasVoted: true, follows: true });
  expect(await desk.inDesk((tx) => readWaiting(tx, desk.deskId, 9))).toMatchObject({
    count: 1,
    items: [{ title: mine!.title }],
  });
  const tom = await desk.customer("Tom");
  expect(await act(tom, id, "vote")).toBeNull();
  const shown = await desk.suggest(zoe, "Autre chose");
  expect(await publicOf(shown)).toMatchObject({ by: null, language: "fr", votes: 1 });
  expect(JSON.stringify(await publicOf(shown))).not.toMatch(/Zo|Martin|agence/);
});

test("a comment waits too; its author sees it, with the reason where it was refused", async () => {
  const [zoe, tom] = [await desk.customer("Zoé"), await desk.customer("Tom Janssens", "nl")];
  const suggestionId = await desk.suggest(zoe, "Exporter les annonces");
  const said = { id: suggestionId, text: "Dat zou ons ook erg helpen, elke maand opnieuw.", signed: true };
  await desk.inDesk((tx) => comment(tx, desk.world, desk.desk, tom, said));
  expect((await publicOf(suggestionId))!.said).toEqual([]);
  const [own] = (await desk.inDesk((tx) => readMyWhole(tx, desk.deskId, tom.contactId, suggestionId)))!.said;
  expect(own).toMatchObject({ language: "nl", isMine: true, moderation: "waiting" });
  const place = { suggestionId, commentId: own!.id };
  const judge = (moderation: "approved" | "rejected", reason: string | null) =>
    desk.inDesk((tx) => moderateComment(tx, desk.deskId, place, { moderation, reason }));
  await judge("approved", null);
  expect((await publicOf(suggestionId))!.said).toMatchObject([{ by: "Tom", official: false }]);
  await judge("rejected", "Hors sujet");
  expect((await publicOf(suggestionId))!.said).toEqual([]);
  const [again] = (await desk.inDesk((tx) => readMyWhole(tx, desk.deskId, tom.contactId, suggestionId)))!.said;
  expect(again).toMatchObject({ moderation: "rejected", moderationReason: "Hors sujet" });
});

test("one contact has one vote, however often and at once it is given, and can take it back", async () => {
  const [zoe, tom] = [await desk.customer("Zoé"), await desk.customer("Tom")];
  const id = await desk.suggest(zoe, "Exporter les annonces");
  await Promise.all(Array.from({ length: 5 }, () => act(tom, id, "vote")));
  expect((await publicOf(id))!.votes).toBe(2);
  await act(tom, id, "vote", false);
  await act(tom, id, "vote", false);
  expect((await publicOf(id))!.votes).toBe(1);
});

test("nobody fills the agents' queue alone", async () => {
  const zoe = await desk.customer("Zoé");
  for (let i = 0; i < 20; i += 1) await desk.suggest(zoe, `Idée ${i}`, { approved: false });
  const proposal = { about: "product" as const, title: "Une de plus", text: "x", language: "fr", signed: false };
  expect(await desk.inDesk((tx) => propose(tx, desk.world, desk.desk, zoe, proposal))).toBe("too-many");
});

test("a change of state is mailed to each follower in their language, once, with a way out", async () => {
  const people = [await desk.customer("Zoé"), await desk.customer("Tom", "nl"), await desk.customer("Kim", "en")];
  const id = await desk.suggest(people[0]!, "Exporter les annonces");
  for (const each of people) await act(each, id, "follow");
  expect(await desk.setState(id, "declined")).toBe("needs-reason");
  expect(await desk.setState(id, "planned", { fr: "Pour mars.", nl: "Voor maart." })).toBe("done");
  expect(await desk.setState(id, "planned", { nl: "Voor maart.", fr: "Pour mars." })).toBe("done");
  await desk.tellAll(3);
  const mails = await desk.mails();
  expect(mails.map(({ to }) => to)).toEqual(["kim@agence.example", "tom@agence.example", "zo.@agence.example"]);
  const [kim, tom, zoe] = mails.map(({ raw }) => raw);
  expect(kim).toMatch(/Planned[\s\S]*Pour mars\.[\s\S]*\/en\/suggestions\//);
  expect(tom).toMatch(/Gepland[\s\S]*Voor maart\./);
  expect(zoe).toMatch(/Pr(é|=C3=A9)vue[\s\S]*Pour mars\./);
  expect(zoe).toMatch(
    /List-Unsubscribe:\s+<https:\/\/aide\.example\/api\/v1\/desks\/essai\/suggestion-follows\/\w{32}>/,
  );
  expect(zoe).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
});

test("no mail goes where none arrives, to whoever left, or of a state that is past; and lost jobs are found", async () => {
  const [zoe, tom, kim] = [await desk.customer("Zoe"), await desk.customer("Tom"), await desk.customer("Kim")];
  const id = await desk.suggest(zoe, "Exporter les annonces");
  for (const each of [tom, kim]) await act(each, id, "follow");
  await desk.setState(id, "planned");
  desk.clock.advance(1_000);
  await desk.setState(id, "started");
  await act(kim, id, "follow", false);
  await desk.inDesk((tx) => markAddress(tx, desk.deskId, tom.address, { at: desk.clock.now(), reason: "550 5.1.1" }));
  desk.clock.advance(120_000);
  await requeueNews(desk.db, desk.world, desk.deskId);
  const jobs = await desk.db.pool.query(
    "select key from graphile_worker.jobs where task_identifier = 'suggestion-news'",
  );
  expect(jobs.rowCount).toBe(6);
  await desk.tellAll();
  expect((await desk.mails()).map(({ to, subject }) => [to, subject])).toEqual([
    [zoe.address, "En cours : Exporter les annonces"],
  ]);
  const outcomes = await desk.inDesk((tx) => tx.selectFrom("suggestion_news").select("outcome").execute());
  expect(outcomes.map(({ outcome }) => String(outcome)).toSorted()).toEqual([
    ...["does not follow any more", "no mail arrives", "overtaken", "overtaken", "overtaken", "queued"],
  ]);
});

test("a hidden suggestion has no states, and its followers hear nothing", async () => {
  const id = await desk.suggest(await desk.customer("Zoe"), "Exporter", { approved: false });
  expect(await desk.setState(id, "planned")).toBe("not-shown");
});

const PROPOSED = [
  "Exporter les annonces vers Excel",
  "Envoyer un rappel aux visiteurs avant la visite",
  "Mode sombre pour l’application mobile",
  "Export des contacts en CSV",
  "Importer les photos depuis le téléphone",
];
test.for([
  ["exportation annonces excel", PROPOSED[0]],
  ["Pouvoir exporter une annonce en fichier Excel", PROPOSED[0]],
  ["rappels automatiques pour les visites", PROPOSED[1]],
  ["mode nuit : application sombre", PROPOSED[2]],
  ["IMPORTER PHOTOS TELEPHONE", PROPOSED[4]],
  ["Ajouter un champ pour le numéro de TVA", undefined],
  ["", undefined],
  ["le la les de", undefined],
  ["'); drop table suggestion; -- & | ! :*", undefined],
])("a likely duplicate of %j is %j", async ([typed, expected]) => {
  const zoe = await desk.customer("Zoe");
  for (const title of PROPOSED) await desk.suggest(zoe, title);
  await desk.suggest(zoe, "Exporter tout vers Excel, annonces comprises", { approved: false });
  const found = await desk.inDesk((tx) => findSimilar(tx, desk.deskId, { text: typed!, language: "fr" }));
  expect(found[0]?.title).toBe(expected);
});

test("lists are sorted by votes or newness, page by page, and filtered", async () => {
  const [zoe, tom] = [await desk.customer("Zoe"), await desk.customer("Tom", "nl")];
  const ids: string[] = [];
  for (const [who, title] of [
    [zoe, "Un"],
    [zoe, "Deux"],
    [tom, "Drie"],
  ] as const) {
    desk.clock.advance(1_000);
    ids.push(await desk.suggest(who, title));
  }
  await act(tom, ids[0]!, "vote");
  const list = (filter: Partial<Parameters<typeof listSuggestions>[3]>) =>
    desk.inDesk(async (tx) => {
      const rows = await listSuggestions(tx, desk.deskId, { kind: "public" }, { sort: "votes", limit: 9, ...filter });
      return rows.map(({ title }) => title);
    });
  expect(await list({})).toEqual(["Un", "Drie", "Deux"]);
  expect(await list({ limit: 1, after: [2, ids[0]!] })).toEqual(["Drie"]);
  expect(await list({ sort: "new" })).toEqual(["Drie", "Deux", "Un"]);
  expect(await list({ language: "fr", sort: "new" })).toEqual(["Deux", "Un"]);
  await desk.setState(ids[1]!, "shipped");
  expect(await list({ state: "shipped" })).toEqual(["Deux"]);
});

test("whoever is erased leaves what they said without their name; their votes and follows go", async () => {
  const [zoe, tom] = [await desk.customer("Zoe Martin"), await desk.customer("Tom")];
  const id = await desk.suggest(zoe, "Exporter les annonces");
  await act(tom, id, "vote");
  await desk.setState(id, "planned");
  await desk.inDesk((tx) => forgetContact(tx, desk.deskId, zoe.contactId));
  await desk.tellAll();
  expect(await desk.mails()).toEqual([]);
  expect(await publicOf(id)).toMatchObject({ title: "Exporter les annonces", votes: 1, by: null });
  expect(await desk.inDesk((tx) => readSuggestion(tx, desk.deskId, { kind: "agent" }, id))).toMatchObject({
    contactId: null,
  });
  const left = await desk.inDesk((tx) => tx.selectFrom("suggestion_follow").select("token").execute());
  expect(left).toEqual([]);
  expect(await desk.inDesk((tx) => findFollow(tx, desk.deskId, "none"))).toBeNull();
});

test.for([
  ["Écrivez à zoe@agence.example.", ["zoe@agence.example"]],
  ["Appelez le +32 470 12 34 56 ou 0470/12.34.56", ["+32 470 12 34 56", "0470/12.34.56"]],
  ["Martin voudrait exporter ; ZOÉ aussi.", ["Martin", "ZOÉ"]],
  ["Depuis 2024, 150 annonces par mois, version 12.4.1 du 24/12/2026", []],
  ["La martingale et la zone de texte", []],
] as const)("%j would tell who it is by %j", ([text, expected]) => {
  expect(findPersonal(text, ["Zoé Martin"]).toSorted()).toEqual([...expected].toSorted());
});
