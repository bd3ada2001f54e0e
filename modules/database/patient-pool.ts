import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { surviveBrokenConnections } from "./pool.ts";
import { isTemporaryFailure } from "./temporary-failure.ts";

type Callback = (error: Error | undefined, client: pg.PoolClient | undefined, release: (error?: any) => void) => void;

/** The statements that end, fail or give back jobs. All may run twice; the one that fetches jobs may not. */
const ENDS_JOBS = /_private_jobs(?![\s\S]*skip\s+locked)/;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 500;

/** A pool that waits for a server that is down, for graphile-worker: left to itself, that pauses for up to
 *  two minutes after a restart, and gives up when it cannot say that a job is done. */
export class PatientPool extends pg.Pool {
  #patient = true;

  constructor(options: pg.PoolConfig) {
    super(options);
    surviveBrokenConnections(this);
    this.on("connect", (client) => this.#makeInsistent(client));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Callback): void;
  override connect(callback?: Callback): Promise<pg.PoolClient> | void {
    const connected = this.#connect();
    if (callback === undefined) return connected;
    connected.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: Error) => callback(error, undefined, () => {}),
    );
  }

  /** From now on, a server that is down is an error: there is no time left to wait for it. */
  losePatience(): void {
    this.#patient = false;
  }

  /** Lets a statement that ends jobs be said again, over another connection, until the server hears it. Otherwise
   *  graphile-worker would give up all its workers at the first that fails, and what it then throws ends our process
   *  (seen after a kill -9 of the server). */
  #makeInsistent(client: pg.PoolClient): void {
    const query = client.query.bind(client) as (...args: any[]) => any;
    client.query = ((...args: any[]) => {
      const running = query(...args);
      const [statement] = args as [{ text?: unknown } | undefined];
      const isLast = !(running instanceof Promise) || !ENDS_JOBS.test(String(statement?.text));
      return isLast ? running : running.catch((error: Error) => this.#insist(statement as pg.QueryConfig, error));
    }) as typeof client.query;
  }

  async #insist(statement: pg.QueryConfig, error: Error): Promise<pg.QueryResult> {
    for (let failure = error, pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      if (!this.#patient || !isTemporaryFailure(failure)) throw failure;
      await pause(pauseMs);
      const client = new pg.Client(this.options); // Not one of the pool: those may all wait here.
      client.on("error", () => {});
      try {
        await client.connect();
        return await client.query(statement);
      } catch (again) {
        failure = again as Error;
      } finally {
        await client.end().catch(() => {});
      }
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await super.connect();
      } catch (error) {
        if (!this.#patient || this.ending || !isTemporaryFailure(error)) throw error;
      }
      await pause(pauseMs);
    }
  }
}
