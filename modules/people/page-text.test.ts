import fc from "fast-check";
import { expect, test } from "vitest";
import { type Block, blocksOf, type Span } from "./page-text.ts";

test.each<[string, Block[]]>([
  ["# One", [{ kind: "heading", level: 2, spans: [{ text: "One" }] }]],
  ["### Three", [{ kind: "heading", level: 3, spans: [{ text: "Three" }] }]],
  [
    "a **b *c*** `d`",
    [
      {
        kind: "paragraph",
        spans: [
          { text: "a " },
          { text: "b ", strong: true },
          { text: "c", strong: true, emphasis: true },
          { text: " " },
          { text: "d", code: true },
        ],
      },
    ],
  ],
  ["[us](https://us.example)", [{ kind: "paragraph", spans: [{ text: "us", href: "https://us.example" }] }]],
  ["[us](javascript:alert(1))", [{ kind: "paragraph", spans: [{ text: "us" }] }]],
  ["[us](//elsewhere.example)", [{ kind: "paragraph", spans: [{ text: "us" }] }]],
  [
    "1. a\n2. b",
    [
      {
        kind: "list",
        ordered: true,
        items: [[{ kind: "paragraph", spans: [{ text: "a" }] }], [{ kind: "paragraph", spans: [{ text: "b" }] }]],
      },
    ],
  ],
  ["> a", [{ kind: "quote", blocks: [{ kind: "paragraph", spans: [{ text: "a" }] }] }]],
  ["<script>x</script>", [{ kind: "paragraph", spans: [{ text: "<script>x</script>" }] }]],
])("%j is read", (markdown, blocks) => {
  expect(blocksOf(markdown)).toEqual(blocks);
});

test("whatever stands in a page, links lead out by what a browser may follow", () => {
  const spans = (blocks: Block[]): Span[] =>
    blocks.flatMap((each) => {
      if (each.kind === "list") return each.items.flatMap(spans);
      if (each.kind === "quote") return spans(each.blocks);
      return each.kind === "code" ? [] : each.spans;
    });
  const link = fc.tuple(fc.string(), fc.webUrl({ withFragments: true })).map(([text, url]) => `[${text}](${url})`);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), link, fc.constant("[a](JavaScript:b)"))), (parts) => {
      for (const { href } of spans(blocksOf(parts.join("\n\n"))))
        if (href !== undefined) expect(href).toMatch(/^(https?:\/\/|mailto:|\/(?![/\\])|#)/i);
    }),
  );
});
