import { expect, onTestFinished, test } from "vitest";
import { PatientPool } from "./patient-pool.ts";
import { testDatabase } from "./test-database.ts";

const BROKEN = /terminat|not queryable|connection|EPIPE|ECONNRESET/i;
const END_JOBS = "delete from graphile_worker._private_jobs returning 1";

test("a statement that ends jobs is said again when its connection breaks; any other fails", async () => {
  const { pool, client } = await brokenClient();
  await expect(client.query({ text: END_JOBS })).resolves.toMatchObject({ rowCount: 0 });
  await expect(client.query({ text: "select 1" })).rejects.toThrow(BROKEN);
  await expect(client.query({ text: `${END_JOBS} /* for update skip locked */` })).rejects.toThrow(BROKEN);
  client.release(true);
  await pool.end();
});

test("where there is no time left to wait, it is said once", async () => {
  const { pool, client } = await brokenClient();
  pool.losePatience();
  await expect(client.query({ text: END_JOBS })).rejects.toThrow(BROKEN);
  client.release(true);
  await pool.end();
});

test("a statement that is wrong fails at once", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const pool = new PatientPool({ connectionString: url, max: 1 });
  const client = await pool.connect();
  await expect(client.query({ text: "delete from graphile_worker._private_jobs where id = 1/0" })).rejects.toThrow(
    "division by zero",
  );
  client.release();
  await pool.end();
});

/** A connection whose server process was ended, as by a kill of the server. */
async function brokenClient() {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const pool = new PatientPool({ connectionString: url, max: 2 });
  const [client, other] = [await pool.connect(), await pool.connect()];
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  await other.query("select pg_terminate_backend($1)", [rows[0]!.pid]);
  other.release();
  return { pool, client };
}
