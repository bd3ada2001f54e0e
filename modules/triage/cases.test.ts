import { PRIORITIES } from "@permanence/sla";
import { expect, test } from "vitest";
import { LANGUAGES, loadCases, loadLaterCases } from "./cases.ts";

test.each([
  ["the cases", loadCases, 204, 17],
  ["the later cases", loadLaterCases, 36, 3],
])("%s are of three languages and four priorities in nearly equal parts, each once", (_, load, all, each) => {
  const cases = load();
  expect(cases.length).toBeGreaterThanOrEqual(all);
  expect(new Set(cases.map(({ subject, body }) => `${subject}\n${body}`)).size).toBe(cases.length);
  for (const language of LANGUAGES)
    for (const priority of PRIORITIES) {
      const count = cases.filter((one) => one.language === language && one.priority === priority).length;
      expect(count, `${priority} in ${language}`).toBeGreaterThanOrEqual(each);
    }
});
