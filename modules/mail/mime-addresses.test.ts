import fc from "fast-check";
import { expect, test } from "vitest";
import { readAddresses } from "./mime-addresses.ts";
import { readable } from "./read-test-mail.ts";

const addressIn = (value: string): string | undefined => readAddresses([value], new Set())[0]?.address;

test.each([
  ["as it was written", "Ann.Peeters@Agence.BE", "Ann.Peeters@Agence.BE"],
  ["a domain in letters", "ann@bücher.example", "ann@bücher.example"],
  ["the same as the DNS has it", "ann@xn--bcher-kva.example", "ann@bücher.example"],
  ["the same with marks apart", "ann@bu\u0308cher.example", "ann@bücher.example"],
  ["the same, wide and in capitals", "ann@ＢÜＣＨＥＲ.example", "ann@bücher.example"],
  ["below another name", "ann@mail.xn--bcher-kva.example", "ann@mail.bücher.example"],
  ["a local part in letters, marks apart", "e\u0301lodie@agence.be", "élodie@agence.be"],
  ["Cyrillic that looks like Latin", "ann@\u0430gence.example", "ann@xn--gence-3ve.example"],
  ["Greek", "ann@παράδειγμα.example", "ann@xn--hxajbheg2az3al.example"],
  ["no domain of letters", "ann@xn--", "ann@xn--"],
  ["no domain at all", "é@", "é@"],
])("gives %s", (_, written, address) => {
  expect(addressIn(`Ann <${written}>`)).toBe(address);
});

test("reads headers in raw UTF-8", () => {
  const mail = readable(
    Buffer.from(
      "From: Élodie Ünal <élodie@bücher.example>\r\nTo: 测试 <用户@xn--bcher-kva.example>\r\nSubject: Ça marche\r\n\r\nx",
    ),
  );
  expect(mail).toMatchObject({
    from: { name: "Élodie Ünal", address: "élodie@bücher.example" },
    to: [{ name: "测试", address: "用户@bücher.example" }],
    subject: "Ça marche",
    warnings: [],
  });
});

test("an address read again is the same", () => {
  const letters = fc.string({
    unit: fc.constantFrom("a", "é", "\u0301", "ß", "я", "xn--", ".", "-", "@", "1"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(letters, letters, (local, domain) => {
      const once = addressIn(`<${local}@${domain}>`) ?? "";
      expect(addressIn(`<${once}>`) ?? "").toBe(once);
    }),
  );
});
