import fc from "fast-check";
import { expect, test } from "vitest";
import { takeUuFiles } from "./mime-uuencode.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

/** As the program of POSIX writes it; `zero` stands for six bits of nothing. */
function uuLines(bytes: Uint8Array, zero = "`"): string[] {
  const character = (sextet: number): string => (sextet === 0 ? zero : String.fromCharCode(sextet + 32));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 45) {
    const piece = bytes.subarray(at, at + 45);
    let line = character(piece.length);
    for (let i = 0; i < piece.length; i += 3) {
      const group = ((piece[i] ?? 0) << 16) | ((piece[i + 1] ?? 0) << 8) | (piece[i + 2] ?? 0);
      for (const shift of [18, 12, 6, 0]) line += character((group >> shift) & 63);
    }
    lines.push(line);
  }
  return [...lines, zero, "end"];
}

const FILE = Buffer.from("A file of some length, which takes more than one of the lines of uuencode.\n");

test("files in a text become attachments, and the text is without them", () => {
  const mail = readable(
    mailBytes(
      "Content-Type: text/plain; charset=iso-8859-1",
      "",
      "Voil\xe0 les fichiers.",
      "begin 644 r\xe9sultat.txt",
      ...uuLines(FILE),
      "",
      "begin 600 C:\\temp\\b.bin",
      ...uuLines(Uint8Array.of(0, 0, 255)),
      "Ann",
    ),
  );
  expect(mail.text).toBe("Voilà les fichiers.\n\nAnn");
  expect(mail.attachments.map(({ name, sizeBytes, inline }) => ({ name, sizeBytes, inline }))).toEqual([
    { name: "r\u{fffd}sultat.txt", sizeBytes: FILE.length, inline: false },
    { name: "b.bin", sizeBytes: 3, inline: false },
  ]);
  expect(Buffer.from(mail.attachments[0]!.bytes)).toEqual(FILE);
  expect(mail.warnings).toEqual([]);
});

test("so do those behind a transfer encoding, and those past what a text may hold", () => {
  const file = Buffer.alloc(6 * 1024 * 1024, "x");
  const lines = ["See it.", "begin 644 x.txt", ...uuLines(file), ""];
  const mail = readable(
    Buffer.concat([
      mailBytes("Content-Transfer-Encoding: quoted-printable", "", ""),
      Buffer.from(lines.join("\r\n").replaceAll("=", "=3D")),
    ]),
  );
  expect(mail).toMatchObject({ text: "See it.\n", warnings: [] });
  expect(mail.attachments[0]!.bytes.length).toBe(file.length);
});

test("spaces that got lost on its way are zeros", () => {
  const file = Buffer.concat([FILE, Buffer.alloc(6)]);
  const lines = uuLines(file, " ").map((line) => line.trimEnd());
  const taken = takeUuFiles(Buffer.from(["begin 644 a", ...lines, ""].join("\n")));
  expect(Buffer.from(taken!.files[0]!.bytes)).toEqual(file);
  expect(taken!.rest).toHaveLength(0);
});

test("a file that was cut off is told", () => {
  const lines = ["begin 644 a.txt", ...uuLines(Buffer.alloc(450, 7)).slice(0, 6)];
  const mail = readable(mailBytes("", ...lines));
  expect(mail.text).toBe("");
  expect(mail.attachments[0]).toMatchObject({ name: "a.txt", sizeBytes: 270 });
  expect(mail.warnings).toContain("A file within the text is cut off.");
});

test.each([
  ["begin 644 is what I typed", "and nothing came."],
  ["begin 644 a", "end"],
  ["begin 644 a", "HELLO", "THERE", "what end"],
  ["> begin 644 a", "#86)C", "`", "end"],
  ["begin 2024 with a smile", "end it with another"],
])("%s … is text", (...lines) => {
  expect(takeUuFiles(Buffer.from(lines.join("\n")))).toBeNull();
});

test("what was encoded comes out, wherever it stands", () => {
  const text = fc.array(fc.constantFrom("begin", "begin 644 x", "end", "a line", "", "`", "M"), { maxLength: 5 });
  fc.assert(
    fc.property(text, fc.uint8Array({ minLength: 1, maxLength: 200 }), text, (before, file, after) => {
      const lines = [...before, "begin 644 the file", ...uuLines(file), ...after];
      const { files, rest } = takeUuFiles(Buffer.from(lines.join("\n")))!;
      expect(files.map(({ name, bytes }) => [name, [...bytes]])).toContainEqual(["the file", [...file]]);
      expect(rest.toString()).not.toContain("the file");
    }),
  );
});

test.each(["begin 644 x\n", "begin ", "begin 644 x\n`\nend\n", "M", "begin 644 x\n#AAAA\n"])(
  "takes 2 MB of %j in its stride",
  (piece) => {
    const startedAt = performance.now();
    takeUuFiles(Buffer.from(piece.repeat(2_000_000 / piece.length)));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);
