import { expect, test } from "vitest";
import { preferredLanguage } from "#lib/messages/languages.ts";

test.each([
  [null, "fr"],
  ["", "fr"],
  ["nl-BE,nl;q=0.9,en;q=0.8", "nl"],
  ["de-DE,de;q=0.9", "fr"],
  ["de,en;q=0.5", "en"],
  ["en;q=0.2, nl;q=0.7, fr;q=0.5", "nl"],
  ["fr;q=0, en", "en"],
  ["EN-us", "en"],
  ["*", "fr"],
  [";;,,q=,en;q=x", "en"],
])("%j asks for %s", (header, language) => {
  expect(preferredLanguage(header)).toBe(language);
});
