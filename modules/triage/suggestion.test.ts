import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeReason } from "./reasons.ts";
import { type Suggestion, suggestPriority } from "./suggestion.ts";

const of = (body: string, subject = ""): Suggestion => suggestPriority({ subject, body });

describe("what a mail says decides", () => {
  test.each([
    ["urgent", "Bonjour, plus personne ne peut se connecter, nous n'avons aucune solution."],
    ["urgent", "Het programma ligt plat, niemand kan nog werken."],
    ["urgent", "The system is down for everyone and there is no way around it."],
    ["high", "Le logiciel est très lent pour toute l'équipe, nous le faisons à la main en attendant."],
    ["high", "Het programma is erg traag, we doen het voorlopig met de hand."],
    ["high", "The software is very slow; we do it by hand for the time being."],
    ["normal", "Le logo s'affiche mal dans la lettre, cela ne nous bloque pas."],
    ["normal", "Het logo wordt verkeerd getoond in de brief, maar dat hindert ons niet."],
    ["normal", "The logo is displayed wrongly in the letter, but it does not stop us."],
    ["low", "Comment puis-je ajouter un utilisateur ?"],
    ["low", "Hoe kan ik een gebruiker toevoegen?"],
    ["low", "How can I add a user?"],
  ])("%s: %s", (priority, body) => expect(of(body)).toMatchObject({ priority, toBeClassified: false }));
});

describe("a loud subject alone proves little", () => {
  test.each([
    ["URGENT!!!", "Comment puis-je changer la couleur du menu ? Merci d'avance."],
    ["DRINGEND", "Waar vind ik de handleiding van de agenda? Alvast bedankt."],
    ["URGENT", "Could you add a column to the list? It would be nice."],
  ])("%s: %s", (subject, body) => expect(of(body, subject).priority).toBe("low"));
});

describe("what is over, or has no hurry, is not urgent", () => {
  test.each([
    ["C'est réglé, merci, tout fonctionne à nouveau.", "low"],
    ["Het is opgelost, alles werkt weer, bedankt.", "low"],
    ["It has been resolved, everything works again.", "low"],
    ["Rien d'urgent : une icône est mal placée sur mon écran.", "normal"],
    ["Niet dringend: een icoontje staat verkeerd op mijn scherm.", "normal"],
  ])("%s", (body, priority) => expect(of(body).priority).toBe(priority));

  test.each([
    "Le logiciel n'est pas en panne, je voudrais seulement savoir comment changer la couleur.",
    "Het programma ligt niet plat hoor, hoe kan ik de kleur veranderen?",
    "The system is not down, I only wonder how I can change the colour.",
  ])("denied: %s", (body) => expect(of(body).priority).toBe("low"));

  test.each([
    "Le problème n'est pas résolu : plus personne ne peut travailler, tout est bloqué.",
    "Het is niet opgelost, niemand kan nog inloggen en alles ligt plat.",
    "It is still not solved: nobody can log in and everything is down.",
  ])("but not this: %s", (body) => expect(of(body).priority).toBe("urgent"));
});

test("quoted history and markup do not count, nor does a signature", () => {
  const question = "Comment puis-je modifier la signature ?";
  const history =
    "\n\nLe lundi 3 mars 2026, Support <help@agence.be> a écrit :\nTout est en panne, plus personne n'a accès.";
  const quoted = "\n> Tout est en panne, plus personne ne peut travailler.\n> Aucune solution.";
  const styled = `<style>.panne { color: red }</style><p>${question}</p><!-- nobody can log in -->`;
  for (const body of [question + history, question + quoted, styled, `${question}\n-- \nTout est en panne`])
    expect(of(body)).toEqual(of(question));
});

test("what was forwarded without a word of one's own counts", () => {
  expect(of("> Tout est en panne, plus personne ne peut travailler.").priority).toBe("urgent");
});

test.each(["", " \n", "🙂🙂", "<div></div>", "123 456", "ﷺ"])("nothing to read in %j is to be classified", (body) => {
  expect(of(body)).toMatchObject({ priority: "normal", confidence: 0, toBeClassified: true });
});

test("of a long mail the beginning counts, and the reasons say so", () => {
  const stop = "Plus personne ne peut se connecter, tout est à l'arrêt. ";
  const long = stop + "mot ".repeat(25_000);
  const { priority, reasons } = of(long);
  expect(priority).toBe("urgent");
  expect(reasons.map((reason) => describeReason(reason, "en"))).toContain(
    "The message is long; only its beginning was read.",
  );
  expect(of(long + "Comment puis-je modifier ceci ?")).toEqual(of(long));
});

test("never throws, stays sure within 0 and 1, gives each reason as a sentence in each language", () => {
  const pieces = fc.constantFrom(
    "URGENT ",
    "personne ",
    "<b",
    "&eacute;",
    "> ",
    "\n",
    "nobody ",
    "__proto__ ",
    "constructor ",
    "\ud800",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(pieces).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, text, (subject, body) => {
      const { confidence, reasons, priority, toBeClassified } = suggestPriority({ subject, body });
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
      if (toBeClassified) expect(priority).toBe("normal");
      expect(reasons.length).toBeGreaterThan(toBeClassified ? 0 : -1);
      for (const language of ["fr", "nl", "en"] as const)
        for (const reason of reasons) expect(describeReason(reason, language)).toMatch(/^.{5,}\.$/su);
    }),
  );
});

test.each([
  ["words", "panne ".repeat(20_000)],
  ["one word", "a".repeat(100_000)],
  ["open tags", "<a ".repeat(33_000)],
  ["open styles", "<style".repeat(16_000)],
  ["headers", "le ".repeat(33_000)],
  ["spaces", " ".repeat(100_000)],
  ["accents", "e\u0301".repeat(50_000)],
  ["ends of sentences", "?!.".repeat(33_000)],
  ["half a pattern", "plus aucun ".repeat(9_000)],
  ["questions without an end", "can we a b c d ".repeat(6_000)],
  ["dashes", "-".repeat(100_000)],
])("100,000 characters of %s cost little", (_, body) => {
  suggestPriority({ subject: "", body });
  const startMs = performance.now();
  suggestPriority({ subject: body, body });
  expect(performance.now() - startMs).toBeLessThan(250); // Some 5 ms; a machine under load is slower.
});
