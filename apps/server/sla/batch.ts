import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Answering, CaseMistake } from "./case-reading.ts";

/** Answers each line of `input` by one of `output`, in their order; a case that cannot be answered by `{"error"}`, which
 *  begins with "line N: " where it `isNumbered`, from 1. Gives how many could not be answered.
 *  Memory does not grow with the batch: nothing more is read while the reader of the answers has not caught up. */
export async function answerBatch(
  input: Readable,
  output: Writable,
  answer: Answering,
  { isNumbered = false } = {},
): Promise<number> {
  let lines = 0;
  let refused = 0;
  let isGone = false; // Whoever read the answers has enough of them.
  output.on("error", () => (isGone = true));
  let waiting: string[] = [];
  const flush = async () => {
    const isTaken = output.write(waiting.join(""));
    waiting = [];
    if (!isTaken && !isGone) await Promise.race([once(output, "drain"), once(output, "close")]).catch(() => {});
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    lines++;
    if (line.trim() === "") continue;
    const { error, answered } = answerLine(line, answer);
    if (error !== undefined) refused++;
    waiting.push(`${JSON.stringify(answered ?? { error: isNumbered ? `line ${lines}: ${error}` : error })}\n`);
    if (waiting.length >= TOGETHER) await flush();
    if (isGone) return refused;
  }
  await flush();
  return refused;
}

const TOGETHER = 512;

function answerLine(line: string, answer: Answering): { answered?: object; error?: string } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: "The line is no JSON." };
  }
  try {
    return { answered: answer(json) };
  } catch (error) {
    if (error instanceof CaseMistake) return { error: error.message };
    return { error: `The case could not be reckoned: ${(error as Error).message}` };
  }
}
