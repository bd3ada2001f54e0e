import { defineConfig } from "vitest/config";

const LONG = "**/*.long.test.ts";
const DATABASES = "modules/database/test-database-server.ts"; // What testDatabase() asks; starts PostgreSQL when first asked.

/** Three rooms: what is quick, side by side; what starts whole installations, one at a time, since it measures
 *  seconds; and what takes long, only where PERMANENCE_LONG asks for it. */
const rooms = [
  {
    extends: true as const,
    test: {
      name: "modules",
      globalSetup: DATABASES,
      include: ["{modules,apps,tools}/**/*.test.ts", "tests/*.test.ts"],
      exclude: ["**/node_modules/**", "apps/web/build/**", LONG],
      testTimeout: 30_000, // Property tests and databases, on a machine that does other things too.
      hookTimeout: 60_000,
    },
  },
  {
    extends: true as const,
    test: {
      name: "end-to-end",
      globalSetup: DATABASES,
      include: ["tests/end-to-end/**/*.test.ts"],
      exclude: [LONG],
      fileParallelism: false,
      sequence: { groupOrder: 1 },
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  },
  {
    extends: true as const,
    test: {
      name: "long",
      globalSetup: DATABASES,
      include: [LONG],
      exclude: ["**/node_modules/**"],
      fileParallelism: false,
      sequence: { groupOrder: 2 },
      testTimeout: 30 * 60_000,
      hookTimeout: 120_000,
    },
  },
];

const isLong = process.env["PERMANENCE_LONG"] === "1";

export default defineConfig({
  test: {
    projects: rooms.filter((room) => (room.test.name === "long") === isLong),
  },
});
