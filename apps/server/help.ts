import { type Command, type Options, shownOptions } from "./command.ts";

/** The whole program's help: what it is, and each command in a line. */
export function describeProgram(commands: Command[]): string {
  const rows = commands.map((command) => [command.name, command.summary] as const);
  return [
    "Permanence: a help desk that keeps its response times and can prove it.",
    "",
    "Usage: permanence COMMAND [OPTION…]",
    "",
    "Commands:",
    ...columns(rows),
    "",
    "Each command explains itself: permanence COMMAND --help",
    "Which version this is: permanence --version",
  ].join("\n");
}

/** One command's help. */
export function describeCommand(command: Command): string {
  const usage = ["Usage: permanence", command.name, command.usage, "[OPTION…]"].filter(Boolean).join(" ");
  return [
    command.summary,
    "",
    usage,
    ...(command.description ? ["", command.description] : []),
    "",
    "Options:",
    ...columns(optionRows(shownOptions(command))),
  ].join("\n");
}

/** A family of commands, where only the first word was typed: "mail". */
export function describeFamily(word: string, commands: Command[]): string {
  const rows = commands.map((command) => [command.name, command.summary] as const);
  return [`Usage: permanence ${word} COMMAND`, "", "Commands:", ...columns(rows)].join("\n");
}

function optionRows(options: Options): (readonly [string, string])[] {
  return Object.entries(options).map(([name, option]) => {
    const short = option.short ? `-${option.short}, ` : "";
    const value = option.type === "string" ? ` ${option.value ?? "VALUE"}` : "";
    const standard = typeof option.default === "string" ? ` (${option.default})` : "";
    return [`${short}--${name}${value}`, option.description + standard] as const;
  });
}

function columns(rows: (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
