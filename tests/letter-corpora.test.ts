import { openSanitiser, type Sanitiser } from "@permanence/mail";
import { letterHtml, letterText } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { NO_CORPORA, readHostileHtml, readNaughtyStrings } from "./harness/corpora.ts";

let sanitiser: Sanitiser;
beforeAll(() => {
  sanitiser = openSanitiser();
});
afterAll(() => sanitiser.close());

/** What a letter may become: nothing that runs, is fetched, or leads to anything but the web, mail and telephone. */
const TAGS =
  /^<\/?(?:p|br|hr|h[1-6]|strong|em|del|code|pre|blockquote|ul|ol|li|table|thead|tbody|tr|t[hd]|a)\b[^<>]*>$/;
const ATTRIBUTES =
  /^<a href="(?:https?:|mailto:|tel:)[^"<>]*">$|^<ol start="\d+">$|^<t[hd] align="\w+">$|^<code class="language-[^"]*">$/i;

test("no string that an agent may type or paste becomes HTML of its own", (context) => {
  const strings = [...(readNaughtyStrings() ?? []), ...(readHostileHtml() ?? [])];
  if (strings.length === 0) return context.skip(NO_CORPORA);
  for (const typed of strings.flatMap((text) => [text, `> ${text}`, `[${text}](${text})`, `![${text}](${text})`])) {
    const html = letterHtml(typed, () => null);
    for (const [tag] of html.matchAll(/<[^>]*>?/g))
      expect(
        TAGS.test(tag) && (!tag.includes(" ") || /^<(?:br|hr) ?\/?>$/.test(tag) || ATTRIBUTES.test(tag)),
        `${typed} → ${tag}`,
      ).toBe(true);
    expect(typeof letterText(typed)).toBe("string");
  }
});

test("what the house's sanitiser leaves of a letter is the letter", async () => {
  const html = letterHtml("**a** [b](https://c.example/) `d`\n\n> e\n\n- f\n- g\n\n1. h", () => null);
  const safe = await sanitiser.sanitise(html, { remote: false });
  if ("refused" in safe) throw new Error(safe.refused);
  for (const part of [
    "<strong>a</strong>",
    'href="https://c.example/"',
    "<code>d</code>",
    "<blockquote>",
    "<li>f</li>",
    "<ol>",
  ])
    expect(safe.html).toContain(part);
});

test.each([
  ["**a** and *b* and `c*`", "a and b and c*"],
  ["[our page](https://d.example/)", "our page (https://d.example/)"],
  ["https://d.example/", "https://d.example/"],
  ["- a\n- b\n\n1. c\n2. d", "- a\n- b\n\n1. c\n2. d"],
  ["> a\n> b", "> a\n> b"],
  ["a\\\nb", "a\nb"],
  ["snake\\_case &lt;b&gt; <b>", "snake_case <b> <b>"],
  ["```\nx = **1**\n```", "x = **1**"],
])("%j as plain text is %j", (markdown, text) => {
  expect(letterText(markdown).trim()).toBe(text);
});
