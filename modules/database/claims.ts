import pg from "pg";
import { inGroups } from "./grouped.ts";

/** Names that one process at a time has for itself: of two that want to send the same mail, one does. */
export type Claims = {
  /** False where another has the name. Who has it already must not ask again. Throws where the server cannot be reached. */
  take(name: string): Promise<boolean>;
  /** Resolves when others can take it. */
  letGo(name: string): Promise<void>;
  close(): Promise<void>;
};

const HASHED = "hashtextextended(name, 1668047213)"; // "claim", so that other locks made of a hash are others.
const TAKE = `select pg_try_advisory_lock(${HASHED}) as taken from unnest($1::text[]) as t (name)`;
const LET_GO = `select pg_advisory_unlock(${HASHED}) from unnest($1::text[]) as t (name)`;

/** For a transaction that wants to have a name for itself until it ends, without waiting for it. */
export const TRY_CLAIM = `pg_try_advisory_xact_lock(${HASHED})`;

const MOST_TOGETHER = 100;

/**
 * Claims are advisory locks of one connection: they end with it, so that what a killed process had is free at once.
 * Should the connection break, others can take what this process has, as if it had died; claims go on over a new one.
 */
export function openClaims({ url }: { url: string }): Claims {
  let connecting: Promise<pg.Client> | null = null;
  const together = { keyOf: () => null, most: MOST_TOGETHER };
  const take = inGroups(together, async (_, names: string[]) => {
    const { rows } = await (await connection()).query<{ taken: boolean }>(TAKE, [names]);
    return rows.map(({ taken }) => taken);
  });
  const letGo = inGroups(together, async (_, names: string[]) => {
    await (await connecting)?.query(LET_GO, [names]);
    return names.map(() => undefined);
  });

  function connection(): Promise<pg.Client> {
    if (connecting) return connecting;
    const ours = connect(url, () => void (connecting === ours && (connecting = null)));
    connecting = ours;
    return ours;
  }

  return {
    take,
    letGo: (name) => letGo(name).catch(() => {}), // Broken: then it is free.
    async close() {
      await (await connecting?.catch(() => null))?.end().catch(() => {});
    },
  };
}

async function connect(url: string, forget: () => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "permanence claims",
    keepAlive: true,
    pipeline: true,
  });
  client.on("error", forget).once("end", forget);
  try {
    await client.connect();
    return client;
  } catch (error) {
    forget();
    throw error;
  }
}
