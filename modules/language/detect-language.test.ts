import fc from "fast-check";
import { expect, test } from "vitest";
import { detectLanguage } from "./index.ts";
import { detectorOf } from "./language-profiles.ts";

const desk = { among: ["fr", "nl", "en"], prior: ["nl"] };

test.each([
  ["fr", "Bonjour, ça ne marche plus"],
  ["fr", "Merci beaucoup"],
  ["fr", "Je ne peux pas me connecter à mon compte depuis ce matin."],
  ["fr", "Serait-il possible d'avoir un retour concernant notre dernière demande ?"],
  ["nl", "Goedemorgen, het werkt niet"],
  ["nl", "Kan u mij helpen? De foto's worden niet geladen."],
  ["nl", "Bij het openen van een pand krijg ik een foutmelding."],
  ["nl", "Bedankt voor de snelle reactie!"],
  ["en", "Hello, it does not work"],
  ["en", "Please help"],
  ["en", "We have been unable to publish any listing since yesterday evening."],
  ["en", "Could you add a user for our new colleague?"],
])("reads %s: %s", (language, text) => {
  expect(detectLanguage(text, { among: ["fr", "nl", "en"], prior: [language === "en" ? "fr" : "en"] })).toBe(language);
});

test.each([
  "",
  "OK",
  "12345",
  "Printer",
  "TVA?",
  "https://example.com/the/page",
  "Γειά σας",
  "您好",
  "\u{d800}",
  "Hallo",
])("leaves what no language claims to the prior: %j", (text) => expect(detectLanguage(text, desk)).toBe("nl"));

test("looks past links and addresses", () => {
  const text = "Bonjour, voir https://www.example.com/where-is-the-thing-that-we-want et the.other.one@example.com svp";
  expect(detectLanguage(text, desk)).toBe("fr");
});

test("takes the first prior that the desk speaks", () => {
  expect(detectLanguage("?", { among: ["fr", "nl"], prior: ["de", "nl", "fr"] })).toBe("nl");
  expect(detectLanguage("?", { among: ["fr", "nl"], prior: ["de"] })).toBe("fr");
});

test("a desk with one language has nothing to decide", () => {
  expect(detectLanguage("Goedemorgen, het werkt niet", { among: ["fr"], prior: [] })).toBe("fr");
});

test("answers one of the desk's languages for any text", () => {
  fc.assert(
    fc.property(
      fc.uint16Array({ maxLength: 3000 }).map((units) => String.fromCharCode(...units)),
      (text) => {
        expect(desk.among).toContain(detectLanguage(text, desk));
      },
    ),
  );
});

test("scores as eld itself does with its whole small database", async () => {
  const { eld } = await import("eld/small");
  eld.setLanguageSubset(desk.among);
  eld.enableTextCleanup(true);
  for (const text of [
    "Ça ne marche plus, l'écran reste noir",
    "Zullen we morgen bellen?",
    "constructor toString",
    "naïve coöperatie",
  ]) {
    expect(detectorOf(desk.among).detect(text).getScores()).toEqual(eld.detect(text).getScores());
  }
});
