import { runCommandLine } from "./command-line.ts";
import { Refusal } from "./refusal.ts";

// A reader that has seen enough (`permanence … | head`) closes the pipe: no fault of ours, nothing to say.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

process.exit(await run());

/** The one boundary of the command line: a refusal is a sentence, anything else is a fault and shows its stack. */
async function run(): Promise<number> {
  try {
    return await runCommandLine(process.argv.slice(2), {
      environment: process.env,
      print: (line) => void process.stdout.write(`${line}\n`),
      report: (line) => void process.stderr.write(`${line}\n`),
    });
  } catch (error) {
    if (error instanceof Refusal) {
      process.stderr.write(`permanence: ${error.message}\n`);
      return error.exitCode;
    }
    process.stderr.write(`permanence: stopped by a fault: ${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}
