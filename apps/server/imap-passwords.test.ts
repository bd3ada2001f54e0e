import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CONFIGURATION_FILE, readConfiguration } from "./configuration.ts";
import { imapPasswordOf, imapPasswordVariable } from "./imap-passwords.ts";

function passwords(file: string, environment: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "permanence-passwords-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, CONFIGURATION_FILE), file);
  return readConfiguration(folder, environment).imapPasswords;
}

test("a mailbox's password comes from its variable, else from the file, else from nowhere", () => {
  const known = passwords("imapPasswords:\n  help@desk.example: filed\n  b@desk.example: also\n", {
    PERMANENCE_IMAP_PASSWORD_HELP_DESK_EXAMPLE: "given",
  });
  expect(imapPasswordOf(known, "help@desk.example")).toBe("given");
  expect(imapPasswordOf(known, "b@desk.example")).toBe("also");
  expect(imapPasswordOf(known, "c@desk.example")).toBeNull();
  expect(imapPasswordOf(passwords(""), "constructor")).toBeNull();
  expect(imapPasswordVariable("help.desk@xn--b.example")).toBe("PERMANENCE_IMAP_PASSWORD_HELP_DESK_XN_B_EXAMPLE");
});

test("what is no list of passwords is refused, without being repeated", () => {
  const refused = () => passwords("imapPasswords: s3cret");
  expect(refused).toThrow(/imapPasswords in .* must list addresses with their passwords/);
  expect(refused).not.toThrow(/s3cret/);
});
