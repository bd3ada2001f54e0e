import { asksJson, errorLine, runCommandLine } from "./command-line.ts";
import { Refusal } from "./refusal.ts";

// A reader that has seen enough (`permanence … | head`) closes the pipe: no fault of ours, nothing to say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exit(await run());

/** The one boundary of the command line: a refusal is a sentence, anything else is a fault and shows its stack. */
async function run(): Promise<number> {
  const argv = process.argv.slice(2);
  const json = asksJson(argv);
  const say = (sentence: string) => {
    process.stderr.write(`${json ? errorLine(sentence, json) : `permanence: ${sentence}`}\n`);
  };
  try {
    return await runCommandLine(argv, {
      environment: process.env,
      print: (line) => void process.stdout.write(`${line}\n`),
      report: (line) => void process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    if (error instanceof Refusal) {
      say(error.message);
      return error.exitCode;
    }
    say(`stopped by a fault: ${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}
