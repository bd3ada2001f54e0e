import fc from "fast-check";
import { expect, test } from "vitest";
import { renderTemplate, shippedTemplate, TEMPLATES } from "./template.ts";

const PAGE = { language: "fr", deskName: "Agence & Cie", accent: "#0b6e6e" };
const NAMED = { subject: "{{subject}}", body: "Bonjour {{name}},\n\nObjet : {{subject?}}\n\n**Fin**" };

test("a paragraph whose optional variable is empty is left out, and an empty name leaves no gap", () => {
  const { text } = renderTemplate(NAMED, { name: "", subject: "" }, PAGE);
  expect(text).toBe("Bonjour,\n\nFin\n");
});

test("text and HTML say the same", () => {
  const { text, html } = renderTemplate(NAMED, { name: "Léa", subject: "Été" }, PAGE);
  expect(text).toBe("Bonjour Léa,\n\nObjet : Été\n\nFin\n");
  expect(html).toContain("<p>Bonjour Léa,</p>\n<p>Objet : Été</p>\n<p><strong>Fin</strong></p>");
});

test("in a dark mail program the links are lighter than the desk's accent", () => {
  const { html } = renderTemplate(NAMED, { name: "", subject: "" }, PAGE);
  const [, dark] = /prefers-color-scheme:dark\).*?a\{color:(#\w+)\}/.exec(html) ?? [];
  expect(dark).toMatch(/^#/);
  expect(dark).not.toBe(PAGE.accent);
});

test("no value from outside becomes markup, a link or another header line", () => {
  const anyValue = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "<img src=x onerror=1>",
      "[a](http://evil.example)",
      "http://evil.example",
      "a\r\nBcc: b@c.example",
      "<http://x.example>",
      "| a | b |",
      "a@evil.example",
    ),
  );
  fc.assert(
    fc.property(anyValue, anyValue, (name, subject) => {
      const plain = renderTemplate(NAMED, { name: "x", subject: "x" }, PAGE);
      const rendered = renderTemplate(NAMED, { name: `x${name}`, subject: `x${subject}` }, PAGE);
      expect(tagsOf(rendered.html).filter((tag) => tag !== "<br>")).toEqual(tagsOf(plain.html));
      expect(rendered.subject).not.toMatch(/[\r\n]/);
    }),
  );
});

test("the French notice says the priority with one colon", () => {
  const values = { number: "7", priority: "normale", priorityMeaning: "un problème" };
  expect(renderTemplate(shippedTemplate("notice", "fr"), values, PAGE).text).toContain(
    "Priorité : normale (un problème)",
  );
});

test("what an agent wrote may hold links, and they lead where they say", () => {
  const { html } = renderTemplate(
    { subject: "s", body: "{{text}}" },
    { text: "Voyez https://aide.example/a_b(c)?x=1&y=2." },
    PAGE,
  );
  expect(html).toContain('<a href="https://aide.example/a_b(c)?x=1&#38;y=2">');
  expect(html).toContain("</a>.");
});

test.for(
  TEMPLATES.flatMap(({ name, variables }) => ["fr", "nl", "en"].map((language) => ({ name, variables, language }))),
)("the shipped $name in $language uses known variables only, and fills them all", ({ name, variables, language }) => {
  const template = shippedTemplate(name, language);
  const used = [...`${template.subject}\n${template.body}`.matchAll(/\{\{(\w+)\??\}\}/g)].map((match) => match[1]);
  expect(variables).toEqual(expect.arrayContaining(used));
  const values = Object.fromEntries(variables.map((variable) => [variable, `value of ${variable}`]));
  const { text, subject } = renderTemplate(template, values, PAGE);
  expect(`${subject}${text}`).not.toContain("{{");
});

function tagsOf(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}
