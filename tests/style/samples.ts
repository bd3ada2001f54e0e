import type { RULES } from "./rules.ts";
import type { SourceFile } from "./source-file.ts";

/** For each rule, what it must catch and what it must let pass: a rule that catches nothing proves nothing. */
type Sample = { caught: SourceFile[]; passed: SourceFile[] };

const file = (path: string, text = ""): SourceFile => ({ path, text });
const manifest = (path: string, dependencies: string[]) =>
  file(path, JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, "1.0.0"])) }));

export const SAMPLES: Record<keyof typeof RULES, Sample> = {
  noRawHtml: {
    caught: [
      file("apps/web/src/lib/a.svelte", "<p>{@html text}</p>"),
      file("apps/web/src/lib/b.ts", "node.innerHTML = text;"),
      file("apps/web/src/lib/c.svelte", "<iframe srcdoc={html}></iframe>"),
    ],
    passed: [file("apps/web/src/lib/a.svelte", "<!-- never {@html text} -->\n<p>{text}</p>")],
  },
  noSideDoors: {
    caught: [
      file("modules/mail/a.ts", 'import { b } from "../people/b.ts";'),
      file("modules/mail/b.ts", 'import type { B } from "@permanence/people/b.ts";'),
      file("apps/server/commands/c.ts", 'const { c } = await import("../../../modules/people/c.ts");'),
      file("modules/mail/d.ts", 'export * from "../../vitest.config.ts";'),
      file("tests/e.ts", 'import { e } from "../modules/mail/e.ts";'),
    ],
    passed: [
      file("modules/mail/a.ts", 'import { b } from "./b.ts";\nimport {\n  c,\n} from "@permanence/people";'),
      file("apps/server/commands/a.ts", 'import { b } from "../b.ts";'),
      file("tools/a.ts", 'import { b } from "../tests/b.ts";'),
    ],
  },
  noUpwardArrows: {
    caught: [
      file("modules/people/a.ts", 'import { b } from "@permanence/tickets";'),
      file("modules/mail/a.ts", 'import type { B } from "@permanence/sla";'),
      file("apps/web/src/a.svelte", 'import { db } from "@permanence/database";'),
      file("modules/tickets/a.ts", 'import { b } from "@permanence/server";'),
    ],
    passed: [
      file("modules/tickets/a.ts", 'import { b } from "@permanence/kernel";'),
      file("apps/server/a.ts", 'import { b } from "@permanence/tickets";'),
      file("apps/web/src/a.ts", 'import type { Instant } from "@permanence/kernel";'),
    ],
  },
  everyModuleHasAFloor: {
    caught: [file("modules/attic/index.ts")],
    passed: [file("modules/mail/index.ts")],
  },
  noHiddenInput: {
    caught: [
      file("modules/sla/a.ts", "const at = Date.now();"),
      file("modules/sla/b.ts", "const at = new Date();"),
      file("modules/sla/c.ts", "const at = new Date;"),
      file("modules/sla/d.ts", "const chance = Math.random();"),
      file("modules/sla/e.ts", 'import { randomUUID } from "node:crypto";'),
      file("modules/sla/f.ts", "const at = Temporal.Now.instant();"),
      file("apps/web/src/lib/a.svelte", "<time>{Date.now()}</time>"),
    ],
    passed: [
      file("modules/sla/a.ts", "const at = new Date(ms); // never Date.now()"),
      file("modules/kernel/clock.ts", "const at = Date.now();"),
      file("modules/sla/a.test.ts", "const at = Date.now();"),
    ],
  },
  noSqlTime: {
    caught: [
      file("modules/sla/a-store.ts", "await sql`select now()`.execute(tx);"),
      file("modules/sla/migrations/1.sql", "create table a (at timestamptz default current_timestamp);"),
    ],
    passed: [
      file("modules/sla/a.ts", "const at = world.clock.now();"),
      file("modules/sla/migrations/1.sql", "-- never now()\nselect 1;"),
    ],
  },
  noLongFiles: {
    caught: [file("modules/sla/a.ts", "a;\n".repeat(401)), file("apps/web/src/a.svelte", "a\n".repeat(401))],
    passed: [file("modules/sla/a.ts", "a;\n".repeat(400))],
  },
  everyModuleIntroducesItself: {
    caught: [file("modules/sla/index.ts"), file("modules/mail/README.md")],
    passed: [file("modules/sla/index.ts"), file("modules/sla/README.md")],
  },
  everyImportIsDeclared: {
    caught: [
      manifest("modules/sla/package.json", ["kysely"]),
      file("modules/sla/a.ts", 'import { b } from "@permanence/kernel";'),
      file("modules/sla/b.ts", 'import { z } from "zod/v4";'),
    ],
    passed: [
      manifest("package.json", ["vitest"]),
      manifest("modules/sla/package.json", ["kysely"]),
      file("modules/sla/a.ts", 'import { sql } from "kysely";\nimport { join } from "node:path";'),
      file("modules/sla/a.test.ts", 'import { test } from "vitest";'),
    ],
  },
  noQuietTests: {
    caught: [
      file("modules/sla/a.test.ts", 'test.only("a", () => {});'),
      file("modules/sla/b.test.ts", 'test.skip("a", () => {});'),
      file("modules/sla/c.test.ts", 'test("a", (context) => context.skip());'),
    ],
    passed: [file("modules/sla/a.test.ts", 'test("a", (context) => context.skip("needs root"));')],
  },
};
