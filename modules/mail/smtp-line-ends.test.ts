import fc from "fast-check";
import { expect, test } from "vitest";
import { LineEndWatch } from "./smtp-line-ends.ts";

test("bytes are accepted exactly where every CR and LF is part of a CRLF, however they are cut", () => {
  const text = fc
    .array(fc.constantFrom("\r\n", "\r", "\n", ".", "a"), { maxLength: 12 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 5 }), (wire, cut) => {
      const isWhole = !/(?<!\r)\n|\r(?!\n|$)/.test(wire);
      const lines = new LineEndWatch();
      let accepted = true;
      for (let at = 0; at < wire.length; at += cut) accepted &&= lines.accepts(Buffer.from(wire.slice(at, at + cut)));
      expect(accepted).toBe(isWhole);
    }),
    { numRuns: 2_000 },
  );
});
