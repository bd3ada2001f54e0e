import { expect, test } from "vitest";
import { field, rotaFromForm } from "#lib/duty/rota-form.ts";

const ANNE = { id: "00000000-0000-7000-8000-000000000001", name: "Anne", email: "anne@agence.be" };

function form(entries: [string, string][]): FormData {
  const data = new FormData();
  for (const [name, value] of entries) data.append(name, value);
  return data;
}

const rotation = (level: number, index: number, people: string): [string, string][] => [
  [field(level, index, "people"), people],
  [field(level, index, "since"), "2026-11-30"],
  [field(level, index, "days"), "mon"],
  [field(level, index, "days"), "fri"],
  [field(level, index, "at"), "09:00, 18:00"],
  [field(level, index, "hours"), "always"],
];

test("a form is the document that it says; a rotation without people is none", () => {
  const data = form([
    ["priorities", "urgent"],
    ["cover", "always"],
    ...rotation(0, 0, " Anne@agence.be \n"),
    ...rotation(0, 1, ""),
    ...rotation(1, 0, ""),
  ]);
  expect(rotaFromForm(data, [ANNE])).toEqual({
    document: {
      ...{ priorities: ["urgent"], cover: "always" },
      levels: [
        [{ people: [ANNE.id], since: "2026-11-30", days: ["mon", "fri"], at: ["09:00", "18:00"], hours: "always" }],
      ],
    },
  });
});

test("an address that is nobody's is told by its name", () => {
  expect(rotaFromForm(form(rotation(0, 0, "zoe@agence.be")), [ANNE])).toEqual({ unknown: "zoe@agence.be" });
});
