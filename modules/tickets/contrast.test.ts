import fc from "fast-check";
import { expect, test } from "vitest";
import { channelsOf, contrast, legibleOn } from "./contrast.ts";

const GROUND = "#12181f";
const anyColour = fc.nat(0xffffff).map((value) => `#${value.toString(16).padStart(6, "0")}`);

test("every accent can be read on the dark ground", () => {
  fc.assert(
    fc.property(anyColour, (colour) => {
      expect(contrast(channelsOf(legibleOn(GROUND, colour))!, channelsOf(GROUND)!)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("an accent that can be read is left as it is", () => {
  expect(legibleOn(GROUND, "#7fd6d6")).toBe("#7fd6d6");
  expect(legibleOn(GROUND, "teal")).toBe("teal");
  expect(legibleOn(GROUND, "#0b6e6e")).not.toBe("#0b6e6e");
});

test("black on white has the largest contrast", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
});
