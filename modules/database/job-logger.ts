import { Logger } from "graphile-worker";
import type { Log } from "./log.ts";

/** graphile-worker's own messages: its warnings and errors. */
export function jobLogger(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    if (meta?.["failure"] === true) return; // A job that failed: job-workers.ts says it.
    if (level === "warning" || level === "error") log(`Jobs: ${message}`);
  });
}
