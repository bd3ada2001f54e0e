import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { commandNames, loadCommand, runCommandLine } from "./command-line.ts";
import { wholeNumber } from "./command.ts";
import { Refusal } from "./refusal.ts";

describe("help", () => {
  test("of the program lists every command", async () => {
    const { code, printed } = await run("--help");
    expect(code).toBe(0);
    for (const name of commandNames()) expect(printed).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  });

  test("is printed where nothing was asked, as an error", async () => {
    const { code, printed } = await run();
    expect(code).toBe(2);
    expect(printed).toContain("Usage: permanence COMMAND");
  });

  test.each(commandNames())("of %s says what it does and what it takes", async (name) => {
    const { code, printed } = await run(...name.split(" "), "--help");
    expect(code).toBe(0);
    expect(printed).toContain(`Usage: permanence ${name}`);
    const { uses, ...command } = await loadCommand(name);
    expect([printed.includes("--data DIR"), printed.includes("--desk SLUG")]).toEqual([uses.data, uses.desk]);
    expect(command.name).toBe(name);
  });
});

test.each([
  [["strat"], /There is no command "strat"\. The commands are: .*migrate/],
  [["migrate", "--fats"], /Unknown option '--fats'\. See: permanence migrate --help/],
  [["migrate", "--data"], /'--data <value>' argument missing\. See: permanence migrate --help/],
  [["start", "--desk", "x"], /Unknown option '--desk'\. See: permanence start --help/],
  [["bench", "intake", "--desk", "x"], /Unknown option '--desk'/],
  [["migrate", "now"], /migrate does not take "now"/],
  [["--data", "x"], /A command must come before --data/],
])("%o is refused in a sentence, with exit code 2", async (argv, sentence) => {
  const refusal = await run(...argv).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ exitCode: 2, message: expect.stringMatching(sentence) });
});

test("--data and --desk stand in the help of those that they mean something to", async () => {
  const commands = await Promise.all(commandNames().map(loadCommand));
  const using = (which: "data" | "desk") => commands.filter(({ uses }) => uses[which]).map(({ name }) => name);
  expect(using("desk").toSorted()).toEqual([
    "agent add",
    "bench fill",
    "directory import",
    "doctor",
    "duty who",
    "proof",
    "sla why",
    "ticket erase",
  ]);
  expect(using("data").toSorted()).toEqual([
    ...["agent add", "bench fill", "desk apply", "directory import", "doctor", "duty who", "mailbox show", "migrate"],
    ...["proof", "sla why", "start", "ticket erase"],
  ]);
});

test("the version is told", async () => {
  expect((await run("--version")).printed).toMatch(/^permanence \d+\.\d+\.\d+$/);
  expect(JSON.parse((await run("--version", "--json")).printed)).toEqual({ version: expect.stringMatching(/^\d/) });
});

test.each([
  [["strat", "--json"], 2, /^There is no command "strat"/],
  [["migrate", "--json", "--fats"], 2, /^Unknown option '--fats'/],
  [["mail", "inspect", "--json", "/nowhere.eml"], 1, /^\/nowhere\.eml cannot be opened/],
  [["migrate", "--json", "--data", "/proc/permanence"], 1, /^The data folder \/proc\/permanence cannot be made/],
])("with --json, %o fails with JSON on standard error alone", async (argv, exitCode, sentence) => {
  const program = join(import.meta.dirname, "../../bin/permanence");
  const ended = await promisify(execFile)(program, argv, { env: {} }).catch((error: unknown) => error);
  expect(ended).toMatchObject({ code: exitCode, stdout: "" });
  const [line, ...others] = (ended as { stderr: string }).stderr.trimEnd().split("\n");
  expect(others).toEqual([]);
  expect(JSON.parse(line!)).toEqual({ error: expect.stringMatching(sentence) });
});

test.each([
  ["8080", 8080],
  ["0", 0],
  ["-1", null],
  ["65536", null],
  ["1e3", null],
  ["", null],
])("the option value %j is the number %j", (text, number) => {
  const read = () => wholeNumber(text, "port", { min: 0, max: 65_535 });
  if (number === null) expect(read).toThrow(`--port takes a whole number from 0 to 65535, not "${text}".`);
  else expect(read()).toBe(number);
});

async function run(...argv: string[]) {
  const printed: string[] = [];
  const code = await runCommandLine(argv, {
    environment: {},
    print: (line) => printed.push(line),
    report: (line) => printed.push(line),
  });
  return { code, printed: printed.join("\n") };
}
