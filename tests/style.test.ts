import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RULES } from "./style/rules.ts";
import { SAMPLES } from "./style/samples.ts";
import { readSources } from "./style/source-file.ts";

const sources = readSources(join(import.meta.dirname, "..")).filter(({ path }) => path !== "tests/style/samples.ts");

describe("the project keeps to", () => {
  test.each(Object.entries(RULES))("%s", (_name, rule) => {
    expect(rule(sources)).toEqual([]);
  });
});

describe("the rule itself works:", () => {
  test.each(Object.keys(RULES) as (keyof typeof RULES)[])("%s", (name) => {
    const { caught, passed } = SAMPLES[name];
    const bad = caught.filter(({ path }) => !path.endsWith("package.json"));
    const findings = RULES[name](caught).join("\n");
    for (const { path } of bad) expect(findings).toContain(path.split("/").slice(0, 2).join("/"));
    expect(findings.split("\n").length).toBeGreaterThanOrEqual(bad.length);
    expect(RULES[name](passed)).toEqual([]);
  });
});
