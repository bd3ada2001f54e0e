import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Answering, CaseMistake } from "./batch-case.ts";

/** Answers each line of `input` by one of `output`, in their order; a case that cannot be answered by `{"error"}`.
 *  Memory does not grow with the batch: nothing more is read while the reader of the answers has not caught up. */
export async function answerBatch(input: Readable, output: Writable, answer: Answering): Promise<void> {
  let isGone = false; // Whoever read the answers has enough of them.
  output.on("error", () => (isGone = true));
  let waiting: string[] = [];
  const flush = async () => {
    const isTaken = output.write(waiting.join(""));
    waiting = [];
    if (!isTaken && !isGone) await Promise.race([once(output, "drain"), once(output, "close")]).catch(() => {});
  };
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    waiting.push(`${JSON.stringify(answerLine(line, answer))}\n`);
    if (waiting.length >= TOGETHER) await flush();
    if (isGone) return;
  }
  await flush();
}

const TOGETHER = 512;

function answerLine(line: string, answer: Answering): object {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { error: "The line is no JSON." };
  }
  try {
    return answer(json);
  } catch (error) {
    if (error instanceof CaseMistake) return { error: error.message };
    return { error: `The case could not be reckoned: ${(error as Error).message}` };
  }
}
