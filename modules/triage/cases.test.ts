import { PRIORITIES } from "@permanence/sla";
import { expect, test } from "vitest";
import { LANGUAGES, loadCases } from "./cases.ts";

test("the cases are of three languages and four priorities in nearly equal parts, each once", () => {
  const cases = loadCases();
  expect(cases.length).toBeGreaterThanOrEqual(204);
  expect(new Set(cases.map(({ subject, body }) => `${subject}\n${body}`)).size).toBe(cases.length);
  for (const language of LANGUAGES)
    for (const priority of PRIORITIES) {
      const count = cases.filter((each) => each.language === language && each.priority === priority).length;
      expect(count, `${priority} in ${language}`).toBeGreaterThanOrEqual(17);
    }
});
