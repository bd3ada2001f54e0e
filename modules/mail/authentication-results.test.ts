import fc from "fast-check";
import { expect, test } from "vitest";
import { senderProof } from "./authentication.ts";
import { parseAuthenticationResults, readTrustedResults } from "./authentication-results.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const TRUSTED = ["mx.agence.example"];

function told(topmost: string | null, { from = "ann@bank.example", author = "ann@bank.example" } = {}) {
  return readTrustedResults({ topmost, trusted: TRUSTED, from, author });
}

test("reads the fields that servers write", () => {
  const google =
    "mx.agence.example;       dkim=pass header.i=@bank.example header.s=s1 header.b=Ab+c/d==; " +
    "spf=softfail (mx.agence.example: domain of transitioning x@y.example; does not \\) designate) smtp.mailfrom=x@y.example; " +
    "dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=bank.example";
  expect(told(google)).toEqual({
    ...{ spf: "softfail", dkim: "pass", dmarc: "fail", arc: "none" },
    ...{ policy: "reject", by: "mx.agence.example", domain: "bank.example" },
  });
  const microsoft =
    "MX.Agence.Example 1; spf=pass (sender IP is 192.0.2.1)\t smtp.mailfrom=bank.example; dkim=none (message not signed) " +
    'header.d=none;dmarc=fail action=none header.from=bank.example;compauth=fail reason="001 dmarc=pass"';
  expect(told(microsoft)).toMatchObject({ spf: "pass", dkim: "none", dmarc: "fail", policy: "none" });
});

test.each([
  ["mx.agence.example; dmarc=pass header.from=bank.example", "pass"],
  ['"mx.agence.example"/1; none', null],
  ['"mx.agence.example" 1; dmarc /1 = pass (good) header.from = bank.example', "pass"],
  ["(by) mx.agence.example (us (truly)) 1 (version); dmarc/1=pass (p=none) header.from=(here)bank.example", "pass"],
  ["mx.agence.example; none", "none"],
  ["mx.agence.example", "none"],
  ["mx.agence.example 2; dmarc=pass", null],
  ["mx.other.example; dmarc=pass", null],
  ["dmarc=pass; mx.agence.example", null],
  ["", null],
  // What a sender chose stands in quotes or comments, and is no result.
  ['mx.agence.example; spf=pass smtp.mailfrom="; dmarc=pass"@x.example', "none"],
  ["mx.agence.example; spf=pass (; dmarc=pass header.from=bank.example) smtp.mailfrom=x", "none"],
  ["mx.agence.example; spf=fail (never closed; dmarc=pass", "none"],
  ["mx.agence.example; dmarc=fail header.from=bank.example; dmarc=pass header.from=bank.example", "fail"],
  ["mx.agence.example; dmarc=bestguesspass header.from=bank.example", "none"],
  // It was another From that the server saw.
  ["mx.agence.example; dmarc=pass header.from=evil.example", "fail"],
  ["mx.agence.example; dmarc=pass header.from=mail.bank.example", "pass"],
])("%s: %s", (field, dmarc) => {
  expect(told(field)?.dmarc ?? null).toBe(dmarc);
});

test("a list's pass proves nothing of the person in Reply-To", () => {
  const field = "mx.agence.example; dmarc=pass header.from=list.example";
  const list = { from: "help@list.example", author: "ann@bank.example" };
  expect(told(field, list)).toMatchObject({ dmarc: "none", domain: "bank.example" });
  expect(senderProof(told(field, list))).toBe("unproven");
});

test("only the topmost field is read, as its server wrote it", () => {
  const mail = readable(
    mailBytes(
      ...[
        "Authentication-Results: mx.agence.example;",
        " spf=fail smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass?=@x.example",
      ],
      ...["Authentication-Results: mx.agence.example; dmarc=pass header.from=bank.example"],
      ...["From: ann@bank.example", "", "x"],
    ),
  );
  expect(mail.authenticationResults).toBe(
    "mx.agence.example; spf=fail smtp.mailfrom==?utf-8?q?=3B_dmarc=3Dpass?=@x.example",
  );
  expect(told(mail.authenticationResults)).toMatchObject({ spf: "fail", dmarc: "none" });
  expect(readable(mailBytes("From: a@b.example", "", "x")).authenticationResults).toBeNull();
});

const pieces = fc.constantFrom(
  ...'mx.agence.example|;|=|(|)|\\|"| |\t|dmarc|pass|header.from|bank.example|none|1|/|é|\u0000'.split("|"),
);

test("whatever stands there, it is read in no time and nothing is thrown", () => {
  const anyField = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((words) => words.join("")),
    fc.array(pieces, { maxLength: 60 }).map((words) => `mx.agence.example; ${words.join("")}`),
    fc.string({ unit: "binary", maxLength: 400 }),
  );
  fc.assert(
    fc.property(anyField, (field) => {
      const startedAt = performance.now();
      expect(() => parseAuthenticationResults(field)).not.toThrow();
      const verdict = told(field);
      if (verdict !== null) expect(verdict.by).toBe("mx.agence.example");
      expect(performance.now() - startedAt).toBeLessThan(200);
    }),
    { numRuns: 2_000 },
  );
});

test("the longest field of the worst kinds costs milliseconds", () => {
  for (const piece of ["(", '"', "\\", ";", "=", "a=b ", "(\\", '"\\', "; a=b c.d=e ", " "]) {
    const startedAt = performance.now();
    told(`mx.agence.example; ${piece.repeat(16_000 / piece.length)}`);
    expect(performance.now() - startedAt).toBeLessThan(200);
    expect(told(`mx.agence.example; ${piece.repeat(1_000_000 / piece.length)}`)).toBeNull();
  }
});
