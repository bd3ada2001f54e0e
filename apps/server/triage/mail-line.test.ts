import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerMail } from "./mail-line.ts";

const STOP = { subject: "Panne", body: "Plus personne ne peut se connecter, toute l'agence est à l'arrêt." };

test("reasons are sentences in the mail's language, named or found", () => {
  const reasons = (mail: object) => (answerMail(mail) as { reasons: string[] }).reasons.join(" ");
  expect(reasons(STOP)).toContain("Le service est à l'arrêt\u00a0: «\u00a0a l arret\u00a0».");
  expect(reasons({ ...STOP, language: "nl" })).toContain("De dienst ligt stil: “a l arret”.");
  expect(reasons({ ...STOP, language: "de" })).toContain("Le service est à l'arrêt");
  const dutch = "Hoe kan ik een nieuwe collega toevoegen aan ons kantoor? Er is geen haast bij.";
  expect(reasons({ subject: "Vraag", body: dutch })).toContain("Het is een vraag: “hoe kan”.");
});

test("each line is answered in its place, whatever the others are, without a data folder", async () => {
  const lines = [JSON.stringify(STOP), "{", '{"subject":"x"}', "", '{"subject":"","body":""}', "[]"];
  const { code, stdout } = await triage(lines.join("\n"));
  const [first, ...others] = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(first).toMatchObject({ priority: "urgent", toBeClassified: false });
  expect(first.confidence).toBeGreaterThan(0.9);
  expect(others).toEqual([
    { error: "line 2: The line is no JSON." },
    { error: "line 3: body: must be a text." },
    { priority: "normal", confidence: 0, reasons: [expect.stringMatching(/mots/)], toBeClassified: true },
    { error: "line 6: A case must be a JSON object." },
  ]);
  expect(code).toBe(1);
});

test("nothing but good lines ends well", async () => {
  expect(await triage(`${JSON.stringify(STOP)}\n`)).toMatchObject({ code: 0 });
});

function triage(input: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    const program = join(import.meta.dirname, "../../../bin/permanence");
    const child = execFile(program, ["triage", "--batch"], (error, stdout) =>
      resolve({ code: Number(error?.code ?? 0), stdout }),
    );
    child.stdin!.end(input);
  });
}
