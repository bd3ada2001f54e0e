import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanFileName } from "./mime-attachments.ts";

test.each([
  ["report.pdf", "report.pdf"],
  ["../../etc/passwd", "passwd"],
  ["C:\\Users\\me\\secret.docx", "secret.docx"],
  ["..", ""],
  ["", ""],
  ["/", ""],
  ["inv\u202efdp.exe", "invfdp.exe"],
  ["a\u0000b\nc.pdf", "abc.pdf"],
  ["\ufeffzero\u200bwidth.txt", "zerowidth.txt"],
  ["half\ud83d.txt", "half\ufffd.txt"],
  ["漢字 🎉.png", "漢字 🎉.png"],
  [`${"x".repeat(500)}.pdf`, `${"x".repeat(196)}.pdf`],
])("shows %j as %j", (name, shown) => {
  expect(cleanFileName(name)).toBe(shown);
});

test("shows any name on one line, without a folder, and not endless", () => {
  fc.assert(
    fc.property(
      fc.uint16Array({ maxLength: 400 }).map((units) => String.fromCharCode(...units)),
      (name) => {
        const shown = cleanFileName(name);
        expect(shown).not.toMatch(/[/\\\p{Cc}\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(201); // A pair cut in two gives a replacement character.
        expect(cleanFileName(shown)).toBe(shown);
      },
    ),
  );
});
