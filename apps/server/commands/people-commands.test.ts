import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDesks, testDatabase, type TestDatabase } from "@permanence/database";
import { systemClock, systemRandom } from "@permanence/kernel";
import { authenticate, useSignInLink } from "@permanence/people";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCommandLine } from "../command-line.ts";
import { readConfiguration } from "../configuration.ts";
import { announceService } from "../running-service.ts";

const EXAMPLE = join(import.meta.dirname, "../../../examples/whise");
const world = { clock: systemClock, random: systemRandom };

const stop = async () => {};

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), "permanence-desk-"));
  await cp(EXAMPLE, folder, { recursive: true });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

async function permanence(...argv: string[]) {
  const printed: string[] = [];
  const reported: string[] = [];
  const environment = { DATABASE_URL: database.url, PERMANENCE_DATA: join(folder, "data") };
  const terminal = {
    environment,
    print: (line: string) => void printed.push(line),
    report: (line: string) => void reported.push(line),
  };
  const exitCode = await runCommandLine(argv, terminal);
  return { exitCode, printed: printed.join("\n"), reported: reported.join("\n") };
}

async function changeDesk(found: string, replaced: string): Promise<void> {
  const path = join(folder, "desk.yaml");
  await writeFile(path, (await readFile(path, "utf8")).replace(found, replaced));
}

test("a desk is applied, changed, and left as it is", async () => {
  expect(await permanence("desk", "apply", folder)).toEqual({
    exitCode: 0,
    printed: "Made the desk whise.",
    reported: "",
  });
  expect((await permanence("desk", "apply", folder)).printed).toBe("Nothing to change in whise.");
  await changeDesk("target: 1 h", "target: 2 h");
  expect(JSON.parse((await permanence("desk", "apply", folder, "--json")).printed)).toEqual({
    id: (await findDesks(database.db))[0],
    slug: "whise",
    created: false,
    changed: ["policy"],
  });
});

test("mistakes are told with their places, and change nothing", async () => {
  await changeDesk("target: 1 h", "target: 1 hour");
  const refused = await permanence("desk", "apply", folder);
  expect(refused).toMatchObject({ exitCode: 1, printed: "" });
  expect(refused.reported).toMatch(/^desk\.yaml, line \d+: policy\.urgent\.target: .+\nNothing was changed\.$/);
  expect(await findDesks(database.db)).toEqual([]);
  await expect(permanence("desk", "apply", join(folder, "nowhere"))).rejects.toThrow("has no desk.yaml");
});

test("an agent is added with a link, and given tokens later", async () => {
  await permanence("desk", "apply", folder);
  const add = (...options: string[]) => permanence("agent", "add", "--email", "Anne@whise.eu", ...options);
  const without = await add("--name", "Anne", "--role", "lead");
  expect(without).toMatchObject({ exitCode: 0, printed: "" });
  expect(without.reported).toMatch(/^anne@whise\.eu is an agent now\. No link was made: no web server/);

  const running = await announceService(
    {
      url: database.url,
      configuration: readConfiguration(folder, {}),
      service: { webPort: 8123, smtpPort: null, stop },
    },
    world,
  );
  const { printed: link } = await add();
  await running.stop();
  expect(link).toMatch(/^http:\/\/localhost:8123\/sign-in\?token=\w+$/);
  const signedIn = await useSignInLink(database.db, world, link.split("=")[1]!);
  expect(signedIn?.agent).toMatchObject({ email: "anne@whise.eu", name: "Anne", role: "lead", language: "fr" });

  const second = await add("--token", "--json");
  expect(second.reported).toContain("is an agent already");
  const { token, ...others } = JSON.parse(second.printed) as { token: string };
  expect(others).toEqual({});
  expect((await authenticate(database.db, world, token))?.agent).toEqual(signedIn?.agent);
});

test("what agent add cannot do, it says", async () => {
  const add = (...options: string[]) => permanence("agent", "add", ...options);
  await expect(add("--email", "a@b.be", "--name", "A")).rejects.toThrow("There is no desk yet");
  await permanence("desk", "apply", folder);
  await expect(add("--email", "a@b.be")).rejects.toThrow("give --name too");
  await expect(add("--name", "A")).rejects.toThrow("--email takes");
  await expect(add("--email", "a@b.be", "--name", "A", "--role", "boss")).rejects.toThrow("--role takes one of agent,");
  await expect(add("--email", "a@b.be", "--name", "A", "--language", "de")).rejects.toThrow("--language takes one of");
  await expect(add("--email", "a@b.be", "--name", "A", "--desk", "x")).rejects.toThrow('There is no desk "x"');

  await changeDesk("slug: whise", "slug: other");
  await changeDesk("address: helpdesk@whise.eu", "address: other@whise.eu");
  await permanence("desk", "apply", folder);
  await expect(add("--email", "a@b.be", "--name", "A")).rejects.toThrow("There are several desks");
  expect((await add("--email", "a@b.be", "--name", "A", "--desk", "other")).exitCode).toBe(0);
});

test("a file of customers is shown, then taken over, and then there is nothing to change", async () => {
  await permanence("desk", "apply", folder);
  await permanence("agent", "add", "--email", "lea@whise.eu", "--name", "Léa", "--role", "lead", "--token");
  const path = join(folder, "customers.csv");
  await writeFile(path, "organisation;domains;name;emails\nAgence;agence.example;;\nAgence;;Ann;ann@agence.example\n");
  const shown = await permanence("directory", "import", path, "--agent", "lea@whise.eu");
  expect(shown).toMatchObject({
    exitCode: 0,
    printed: expect.stringMatching(/2 made, 0 changed.*\nNothing was changed yet/),
  });
  expect(shown.printed).toContain("Line 3: made (Ann, Agence). contact addresses: ann@agence.example");
  expect((await permanence("directory", "import", path, "--agent", "lea@whise.eu", "--apply")).exitCode).toBe(0);
  const again = await permanence("directory", "import", path, "--agent", "lea@whise.eu", "--json");
  expect(JSON.parse(again.printed)).toMatchObject({ applied: false, counts: { unchanged: 2, made: 0 } });
  await expect(permanence("directory", "import", path)).rejects.toThrow(/--agent/);
  await expect(permanence("directory", "import", path, "--agent", "x@y.be")).rejects.toThrow(/Nobody with the address/);
});
