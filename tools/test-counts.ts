import { writeFileSync } from "node:fs";
import type { Reporter, SerializedError, TestCase, TestModule } from "vitest/node";

/** What tools/test.ts learns of a test run. */
export type Counts = { passed: number; failed: number; skipped: { name: string; reason: string }[] };

/** A vitest reporter that writes the counts to the file that PERMANENCE_TEST_COUNTS names. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts: Counts = { passed: 0, failed: unhandled.length, skipped: [] };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1; // Could not be loaded, so its tests are not known.
      for (const test of module.children.allTests()) count(counts, module, test);
    }
    writeFileSync(process.env["PERMANENCE_TEST_COUNTS"]!, JSON.stringify(counts));
  }
}

/** A test that is skipped says why. One that does not was left out by accident, or could not run because what should
 *  have prepared it failed. */
function count(counts: Counts, module: TestModule, test: TestCase): void {
  const result = test.result();
  if (result.state === "passed") counts.passed += 1;
  else if (result.state === "skipped" && result.note !== undefined) {
    counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: result.note });
  } else counts.failed += 1;
}
