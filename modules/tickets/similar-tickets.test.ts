import fc from "fast-check";
import { expect, test } from "vitest";
import { type Fingerprint, fingerprintOf, groupAlike, similarity } from "./similar-tickets.ts";

const ALIKE = 0.5;
const of = (subject: string, body: string) => fingerprintOf({ subject, body });

test.each([
  [
    "the same outage in other words",
    of(
      "Plus de connexion",
      "Bonjour, impossible de nous connecter au logiciel, la page de connexion affiche une erreur 503.",
    ),
    of("Connexion impossible", "La page de connexion du logiciel affiche erreur 503 depuis ce matin."),
    true,
  ],
  [
    "the same in Dutch",
    of("Inloggen lukt niet", "Wij kunnen niet inloggen, de loginpagina geeft fout 503."),
    of("Login werkt niet", "Niemand kan inloggen: de loginpagina toont fout 503."),
    true,
  ],
  [
    "two things of one product",
    of("Plus de connexion", "La page de connexion affiche une erreur 503."),
    of("Question", "Comment ajouter un logo à la fiche d’un bien et changer sa couleur ?"),
    false,
  ],
  [
    "politeness is nothing in common",
    of("", "Bonjour, pouvez-vous nous aider ? Merci, cordialement"),
    of("", "Bonjour, pouvez-vous nous aider ? Merci"),
    false,
  ],
  ["no words are like nothing", of("", ""), of("", ""), false],
])("%s", (_, one, other, alike) => {
  expect(similarity(one, other) >= ALIKE).toBe(alike);
});

const anyFingerprint = fc
  .uniqueArray(fc.stringMatching(/^[a-z]{4,7}$/), { maxLength: 20 })
  .map((words): Fingerprint => new Set(words));

test("it is symmetric, within 0 and 1, and whole for the same words", () => {
  fc.assert(
    fc.property(anyFingerprint, anyFingerprint, (one, other) => {
      expect(similarity(one, other)).toBe(similarity(other, one));
      expect(similarity(one, other)).toBeGreaterThanOrEqual(0);
      expect(similarity(one, other)).toBeLessThanOrEqual(1 + Number.EPSILON);
      if (one.size >= 3) expect(similarity(one, one)).toBeCloseTo(1);
    }),
  );
});

test("groups hold each ticket once, in its place", () => {
  fc.assert(
    fc.property(fc.array(anyFingerprint, { maxLength: 30 }), (fingerprints) => {
      const groups = groupAlike(fingerprints.map((fingerprint, item) => ({ item, fingerprint })));
      expect(
        groups
          .flat()
          .map(({ item }) => item)
          .toSorted((a, b) => a - b),
      ).toEqual(fingerprints.map((_, i) => i));
    }),
  );
});

test("a text of any length is read to its beginning", () => {
  expect(fingerprintOf({ subject: "x", body: "mot différent ".repeat(100_000) }).size).toBeLessThan(5);
});
