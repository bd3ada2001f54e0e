import pg from "pg";
import { Obstacle } from "./obstacle.ts";

const OLDEST_MAJOR = 15;
const PLAIN_ROLE = "permanence_owner";

/** The URL to connect by, so that row-level security binds: it does not bind a superuser, so for one the answer
 *  takes on a role without privileges, made where it is missing. Refuses a server that the program cannot use. */
export async function withPlainRole(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "permanence",
    connectionTimeoutMillis: 10_000,
  });
  client.on("error", () => {}); // The query under way fails with it.
  try {
    await client.connect();
    const server = await describeServer(client);
    refuseUnusable(server);
    if (!server.isAboveTheWall) return url;
    await makePlainRole(client);
    return addOption(url, `-c role=${PLAIN_ROLE}`);
  } catch (error) {
    throw new Obstacle(`The database cannot be used: ${reasonOf(error as Error, url)}`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Why a server cannot be used, and what to do. Never holds the password. */
function reasonOf(error: Error, url: string): string {
  if (error instanceof Obstacle) return error.message;
  const said = error instanceof AggregateError ? error.errors.map(({ message }) => message).join(", ") : error.message;
  const host = URL.parse(url)?.host ?? "";
  const at = host === "" || said.includes(host) ? "" : ` (at ${host})`;
  return `${said}${at}. Nothing was changed. Check DATABASE_URL, and whether that server runs.`;
}

function addOption(url: string, option: string): string {
  const withOption = new URL(url);
  const options = withOption.searchParams.get("options");
  withOption.searchParams.set("options", options === null ? option : `${options} ${option}`);
  return withOption.href;
}

type Server = { version: string; encoding: string; role: string; isAboveTheWall: boolean; mayMakeRoles: boolean };

async function describeServer(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(`
    select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
      current_user as role, rolsuper or rolbypassrls as "isAboveTheWall", rolsuper as "mayMakeRoles"
    from pg_roles where rolname = current_user`);
  return rows[0]!;
}

function refuseUnusable({ version, encoding, role, isAboveTheWall, mayMakeRoles }: Server): void {
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new Obstacle(
      `it is PostgreSQL ${version}, and the oldest that will do is ${OLDEST_MAJOR}. Upgrade it, or name another.`,
    );
  }
  if (encoding !== "UTF8") {
    throw new Obstacle(
      `its encoding is ${encoding}. Make one with encoding UTF8 (createdb -E UTF8 -T template0), and name that.`,
    );
  }
  if (isAboveTheWall && !mayMakeRoles) {
    throw new Obstacle(
      `the role ${role} may bypass row-level security, which keeps desks apart. Name a role that may not.`,
    );
  }
}

async function makePlainRole(client: pg.Client): Promise<void> {
  await client.query(`
    do $$ begin
      if not exists (select from pg_roles where rolname = '${PLAIN_ROLE}') then
        create role ${PLAIN_ROLE} nologin nosuperuser nobypassrls;
      end if;
      execute format('grant create on database %I to ${PLAIN_ROLE}', current_database());
      grant create, usage on schema public to ${PLAIN_ROLE};
    exception when duplicate_object or unique_violation then null; -- Another process does the same just now.
    end $$`);
}
