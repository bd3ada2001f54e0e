import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Command, type CommandContext, type Options, takenOptions, type Values } from "./command.ts";
import { describeCommand, describeFamily, describeProgram } from "./help.ts";
import { Refusal } from "./refusal.ts";

/** Where the commands' words and the program's output come from and go to. */
export type Terminal = {
  environment: NodeJS.ProcessEnv;
  print(line: string): void;
  report(line: string): void;
};

const FOLDER = join(import.meta.dirname, "commands");

/** What went wrong, as standard error tells it. @param json whether programs read it */
export function errorLine(sentence: string, json: boolean): string {
  return json ? JSON.stringify({ error: sentence }) : sentence;
}

/** Whether the command line asks for JSON, also where it is too wrong to be understood. */
export function asksJson(argv: string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

/** Runs what the arguments ask for. Returns the exit code: 0 done, 1 failed, 2 wrongly asked. */
export async function runCommandLine(argv: string[], terminal: Terminal): Promise<number> {
  const names = commandNames();
  const name = names.find((each) => startsWithWords(argv, each.split(" ")));
  if (name === undefined) return explain(argv, names, terminal);

  const command = await loadCommand(name);
  const { values, positionals } = parseOptions(command, argv.slice(name.split(" ").length));
  if (values["help"]) {
    terminal.print(describeCommand(command));
    return 0;
  }
  refuseArgumentCount(command, positionals);
  return await refusing(() => command.run(contextOf(values, positionals, terminal)));
}

/** What stands in the program's way outside of it is no fault: it is said without a stack. */
async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { Obstacle } = await import("@permanence/database"); // Not before: help needs no database.
    throw error instanceof Obstacle ? new Refusal(error.message) : error;
  }
}

/** Every command's name, longest first, so that "mail inspect" is found before a "mail" would be. */
export function commandNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length).replaceAll("-", " ").replaceAll("_", "-"))
    .toSorted((a, b) => b.split(" ").length - a.split(" ").length || (a < b ? -1 : 1));
}

/** Only the command that runs is loaded, so that each starts quickly. */
export async function loadCommand(name: string): Promise<Command> {
  const module = (await import(join(FOLDER, `${name.replaceAll("-", "_").replaceAll(" ", "-")}.ts`))) as {
    command: Command;
  };
  return module.command;
}

function startsWithWords(argv: string[], words: string[]): boolean {
  return words.every((word, index) => argv[index] === word);
}

/** What no command matches: help that was asked for, a family's list, or a word that does not exist. */
async function explain(argv: string[], names: string[], terminal: Terminal): Promise<number> {
  const sorted = names.toSorted();
  const [word] = argv;
  const asksHelp = argv.some((each) => each === "--help" || each === "-h");
  const family = sorted.filter((name) => name.startsWith(`${word} `));
  if (word === "--version" || word === "version") {
    const version = await ownVersion();
    terminal.print(asksJson(argv) ? JSON.stringify({ version }) : `permanence ${version}`);
    return 0;
  }
  if (word === undefined || word === "help" || word.startsWith("-")) {
    if (word?.startsWith("-") && !asksHelp)
      throw new Refusal(`A command must come before ${word}. See: permanence --help`, 2);
    terminal.print(describeProgram(await Promise.all(sorted.map(loadCommand))));
    return word === undefined ? 2 : 0;
  }
  if (family.length > 0) {
    const [print, code] = asksHelp ? [terminal.print, 0] : [terminal.report, 2];
    print(describeFamily(word, await Promise.all(family.map(loadCommand))));
    return code;
  }
  throw new Refusal(`There is no command "${word}". The commands are: ${sorted.join(", ")}.`, 2);
}

async function ownVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, "../../package.json"), "utf8"));
  return version;
}

function parseOptions(command: Command, args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: withFalse(takenOptions(command)),
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Record<string, string | boolean | undefined>, positionals };
  } catch (error) {
    const [sentence] = (error as Error).message.split(". "); // Node adds advice about `--` that would only confuse.
    throw new Refusal(`${sentence}. See: permanence ${command.name} --help`, 2);
  }
}

/** A flag that is not given is false, not undefined. */
function withFalse(options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.type === "boolean" ? { default: false, ...option } : option,
    ]),
  );
}

function refuseArgumentCount(command: Command, positionals: string[]): void {
  const { min, max } = command.arguments ?? { min: 0, max: 0 };
  const see = `See: permanence ${command.name} --help`;
  if (positionals.length < min)
    throw new Refusal(`permanence ${command.name} wants ${command.usage ?? "an argument"}. ${see}`, 2);
  if (positionals.length > max)
    throw new Refusal(`permanence ${command.name} does not take "${positionals[max]}". ${see}`, 2);
}

function contextOf(
  values: Record<string, string | boolean | undefined>,
  positionals: string[],
  terminal: Terminal,
): CommandContext {
  const dataDir = (values["data"] as string | undefined) ?? terminal.environment["PERMANENCE_DATA"] ?? "data";
  if (dataDir === "") throw new Refusal("The data folder has no name: give --data or PERMANENCE_DATA a path.", 2);
  const json = values["json"] === true;
  return {
    ...terminal,
    complain: (sentence) => terminal.report(errorLine(sentence, json)),
    values: values as Values<Record<string, never>>,
    positionals,
    dataDir: resolve(dataDir),
    desk: (values["desk"] as string | undefined) ?? null,
    json,
    printJson: (value) => terminal.print(JSON.stringify(value)),
  };
}
