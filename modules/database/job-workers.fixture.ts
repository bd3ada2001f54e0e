// A process for job-workers.test.ts to kill: takes jobs of the task that it is told,
// says so, and never ends them.
import { startWorkers } from "./index.ts";

const [url, task] = process.argv.slice(2) as [string, string];
await startWorkers(
  { url },
  {
    tasks: {
      [task]: async ({ n }: { n: number }) => {
        console.log(`took ${n}`);
        await new Promise(() => {});
      },
    },
    concurrency: 3,
    log: () => {},
  },
);
