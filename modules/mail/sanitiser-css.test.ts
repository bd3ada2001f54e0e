import fc from "fast-check";
import { expect, test } from "vitest";
import { safeDeclarations, safeStyleSheet, webAddressOf } from "./sanitiser-css.ts";

function declarations(source: string, remote = false): { css: string; blocked: number } {
  let blocked = 0;
  return { css: safeDeclarations(source, { remote, onBlocked: () => void blocked++ }), blocked };
}

test.each([
  ["color: red; margin:0 auto", "color: red; margin: 0 auto"],
  ["COLOR: Red !important", "color: Red !important"],
  ["font-family: 'Segoe UI', Arial, sans-serif", "font-family: 'Segoe UI', Arial, sans-serif"],
  ["width: calc(100% - 2px); color: rgba(0, 0, 0, .5)", "width: calc(100% - 2px); color: rgba(0, 0, 0, .5)"],
  ["background: linear-gradient(#fff, #000)", "background: linear-gradient(#fff, #000)"],
  ["/* a */color: red/* ; b */;/* c", "color: red"],
])("keeps %s", (source, css) => {
  expect(declarations(source).css).toBe(css);
});

test.each([
  "position: fixed",
  "position: absolute; z-index: 9",
  "behavior: url(x.htc)",
  "-moz-binding: url(x)",
  "width: expression(alert(1))",
  "color: e\\xpression(1)",
  "background: u\\72l(http://x)",
  "background: var(--x)",
  "--x: url(http://y)",
  "content: 'x'",
  "color: red}body{color: blue",
  "color: </style>",
  "color: 'open",
  "width: calc((1px",
  "width: 1px)",
  "background: image-set('http://x' 1x)",
  "background: cross-fade(url(http://x), red)",
  "transform: scale(100)",
  "animation: x 1s",
  "cursor: url(http://x)",
  "color",
  ":",
])("drops %s", (source) => {
  expect(declarations(source).css).toBe("");
});

test("a string over two lines swallows nothing", () => {
  expect(declarations("color: 'x\n'; position: fixed; margin: 0").css).not.toContain("position");
});

test.each([
  "background: url(https://x.example/a.png) no-repeat",
  `background-image: url("http://x.example/a.png")`,
  "background: URL( '//x.example/a.png' )",
])("fetches %s only when asked", (source) => {
  expect(declarations(source)).toMatchObject({ blocked: 1, css: expect.not.stringContaining("url(") });
  expect(declarations(source, true)).toMatchObject({ blocked: 0, css: expect.stringContaining('url("http') });
});

test.each([
  "background: url(javascript:alert(1))",
  "background: url(data:image/svg+xml,x)",
  "background: url(/api/v1/tickets)",
  "color: url(https://x.example/)",
])("never fetches %s", (source) => expect(declarations(source, true).css).not.toContain("url("));

test("keeps a sheet's rules, and of its at-rules only media", () => {
  const sheet = safeStyleSheet(
    `<!-- @import url(https://x/a.css); @charset "x"; p, .a > b[c="d"]:hover { color: red; position: fixed }
     @font-face { font-family: x; src: url(https://x/f) } @media (max-width: 600px) { td { width: 100% } @import "y"; }
     @supports (color: red) { p { color: blue } } q { position: absolute } .z{background:url(https://x/y)}`,
    { remote: false, onBlocked: () => {} },
  );
  expect(sheet).toBe(
    'p, .a > b[c="d"]:hover { color: red }\n@media (max-width: 600px) {\ntd { width: 100% }\n}\n.z { background: none }',
  );
});

test("spells web addresses so that nothing in them ends a string, and refuses others", () => {
  expect(webAddressOf(`https://x.example/a"b'c(d)e\\f<g>`)).toBe("https://x.example/a%22b%27c%28d%29e/f%3Cg%3E");
  expect(webAddressOf("//x.example/y")).toBe("https://x.example/y");
  for (const other of [
    "javascript:alert(1)",
    "java\nscript:1",
    "data:,x",
    "/y",
    "y",
    "",
    "file:///etc/passwd",
    "blob:https://x",
  ]) {
    expect(webAddressOf(other)).toBeNull();
  }
});

test("whatever comes in, nothing goes out that fetches, nests or ends the style", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    ";",
    ":",
    "@import",
    "@media x",
    "url(",
    ")",
    "'",
    '"',
    "/*",
    "*/",
    "\\",
    "\n",
    "<",
    "color",
    "position:fixed",
    "background",
    "http://x",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const options = { remote: false, onBlocked: () => {} };
      expect(safeStyleSheet(pieces.join(""), options)).not.toMatch(/url\(|@import|position|<|\\/);
      expect(safeDeclarations(pieces.join(""), options)).not.toMatch(/url\(|position|[<>{}\\]/);
    }),
  );
});
