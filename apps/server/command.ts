import { Refusal } from "./refusal.ts";

/** One option of a command: `node:util` parseArgs' own form, and the words that --help shows. */
export type Option = {
  type: "string" | "boolean";
  short?: string;
  default?: string | boolean;
  /** What stands for the value in help: "N" in `--port N`. */
  value?: string;
  description: string;
};

export type Options = Record<string, Option>;

export type Values<O extends Options> = {
  [K in keyof O]: O[K] extends { type: "boolean" }
    ? boolean
    : O[K] extends { default: string }
      ? string
      : string | undefined;
};

/** What a command is given to work with. */
export type CommandContext<O extends Options = Options> = {
  values: Values<O>;
  positionals: string[];
  /** Absolute path of the data folder: --data, PERMANENCE_DATA or ./data. */
  dataDir: string;
  /** The slug that --desk named; null when it was left out. */
  desk: string | null;
  /** Whether --json was given: then standard output carries JSON and nothing else. */
  json: boolean;
  environment: NodeJS.ProcessEnv;
  /** A line on standard output. */
  print(line: string): void;
  /** A value as one line of JSON on standard output. */
  printJson(value: unknown): void;
  /** A line on standard error: progress and warnings, also under --json. */
  report(line: string): void;
  /** What went wrong with one thing of several, on standard error: a line, or under --json {"error": …}. */
  complain(sentence: string): void;
};

/** A command stands in commands/<words joined by ->.ts and exports itself as `command`; a hyphen within a word is
 *  written as _ there. */
export type Command<O extends Options = Options> = {
  /** As it is typed: "mail inspect". */
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** What follows the name, options apart: "FILE…". */
  usage?: string;
  /** Whole paragraphs for the command's own help. */
  description?: string;
  options: O;
  /** Whether the data folder means something to it, and whether the desk does. Each takes --data; only where it matters
   *  does its help say so, and only there --desk exists. */
  uses: { data: boolean; desk: boolean };
  /** How many arguments it takes, options apart; none when left out. */
  arguments?: { min: number; max: number };
  /** @returns the exit code */
  run(context: CommandContext<O>): Promise<number>;
};

/** Gives `run` the types of the command's own options. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command;
}

const DATA: Option = {
  ...{ type: "string", value: "DIR", description: "The data folder (PERMANENCE_DATA, else ./data)." },
};
const DESK: Option = {
  ...{ type: "string", value: "SLUG", description: "The desk that is meant, where there are several." },
};
const COMMON: Options = {
  json: { type: "boolean", description: "Print JSON, for programs." },
  help: { type: "boolean", short: "h", description: "Print this help." },
};

/** The options that a command's help names. */
export function shownOptions({ options, uses }: Command): Options {
  return { ...options, ...(uses.data && { data: DATA }), ...(uses.desk && { desk: DESK }), ...COMMON };
}

/** The options that a command takes. */
export function takenOptions(command: Command): Options {
  return { ...shownOptions(command), data: DATA };
}

/** Reads an option that is a whole number, bounds included. */
export function wholeNumber(text: string, option: string, { min, max }: { min: number; max: number }): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new Refusal(`--${option} takes a whole number from ${min} to ${max}, not "${text}".`, 2);
}
