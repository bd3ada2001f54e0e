/** What a person at the keyboard asked for cannot be done: one sentence says why and what to do. Thrown
 *  anywhere under a command and caught by main.ts alone, which prints the sentence without a stack. */
export class Refusal extends Error {
  readonly exitCode: number;

  /** @param exitCode 1: it failed; 2: the command line itself is wrong. */
  constructor(sentence: string, exitCode: 1 | 2 = 1) {
    super(sentence);
    this.name = "Refusal";
    this.exitCode = exitCode;
  }
}
