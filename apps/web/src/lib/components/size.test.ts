import { expect, test } from "vitest";
import { describeSize } from "#lib/components/size.ts";
import { en } from "#lib/messages/en.ts";
import { fr } from "#lib/messages/fr.ts";

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1 kB"],
  [34_400, "34 kB"],
  [2_400_113, "2.4 MB"],
])("%d bytes are %s", (sizeBytes, text) => {
  expect(describeSize(sizeBytes, "en", en.size).replace("\u00a0", " ")).toBe(text);
});

test("with the decimal sign of the language", () => {
  expect(describeSize(2_400_113, "fr", fr.size)).toBe("2,4\u00a0Mo");
});
