import { afterAll, expect, onTestFinished, test } from "vitest";
import { openSanitiser, type SafePage } from "./index.ts";

const sanitiser = openSanitiser();
afterAll(() => sanitiser.close());

async function safe(
  html: string,
  choice: { remote?: boolean; images?: Record<string, string> } = {},
): Promise<SafePage> {
  const page = await sanitiser.sanitise(html, { remote: false, ...choice });
  if ("refused" in page) throw new Error(page.refused);
  return page;
}

test("keeps what a page says and how it looks", async () => {
  const { html } = await safe(
    '<html><head><style>p { color: red }</style></head><body bgcolor="#ffeedd" text="navy"><p class="a" align="center">One <b>two</b></p><table width="600" cellpadding="0"><tr><td colspan="2" style="padding: 4px">x</td></tr></table></body></html>',
  );
  expect(html).toBe(
    '<style>p { color: red }</style><div style="background-color: #ffeedd; color: navy"><p class="a" align="center">One <b>two</b></p><table width="600" cellpadding="0"><tbody><tr><td colspan="2" style="padding: 4px">x</td></tr></tbody></table></div>',
  );
});

test.each([
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)><animate attributeName=href values=javascript:alert(1)></svg>",
  "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
  '<iframe src="javascript:alert(1)"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="x"></object><embed src="x"><applet code=x></applet>',
  '<meta http-equiv="refresh" content="0;url=https://x.example/"><base href="https://x.example/"><link rel="stylesheet" href="https://x.example/a.css">',
  '<form action="https://x.example/"><input name=a autofocus onfocus=alert(1)><button formaction="javascript:alert(1)">x</button></form>',
  "<video poster='https://x.example/a.png'><source src='https://x.example/b.mp4'></video><audio src='https://x.example/c'></audio>",
  "<picture><source srcset='https://x.example/a.png'><img srcset='https://x.example/b.png 2x'></picture>",
  "<template><img src=x onerror=alert(1)></template><noscript><img src=x onerror=alert(1)></noscript>",
  "<style>@import 'https://x.example/a.css'; @font-face { font-family: a; src: url(https://x.example/f) }</style>",
  '<div style="position: fixed; top: 0; background: url(https://x.example/a.png)">x</div>',
  '<table background="https://x.example/a.png"><tr><td background="//x.example/b.png">x</table>',
  '<img src="/api/v1/tickets"><img src="file:///etc/passwd"><img src="data:image/svg+xml,<svg onload=alert(1)>">',
  "<details open ontoggle=alert(1)><summary>x</summary></details><marquee onstart=alert(1)>x</marquee>",
])("leaves nothing that runs, is submitted or fetched of %s", async (html) => {
  const page = (await safe(html)).html;
  expect(page).not.toMatch(
    /<(script|svg|math|iframe|object|embed|applet|meta|base|link|form|input|button|video|audio|source|picture|template|noscript|marquee)/i,
  );
  expect(page).not.toMatch(/\son\w+=|javascript:|https?:|url\(|@|position|srcset|srcdoc|data:|src=/i);
});

test("links open beside the page, and lead to the web, mail and telephone only", async () => {
  const { html } = await safe(
    '<a href="https://x.example/?a=1&amp;b=2">a</a><a href="mailto:x@y.z">b</a><a href="tel:+32">c</a><a href="#d">d</a><a href="java&#10;script:alert(1)">e</a><a href="/f">f</a><a href="data:text/html,x">g</a>',
  );
  const out = 'target="_blank" rel="noopener noreferrer"';
  expect(html).toBe(
    `<div><a href="https://x.example/?a=1&amp;b=2" ${out}>a</a><a href="mailto:x@y.z" ${out}>b</a><a href="tel:+32" ${out}>c</a><a href="#d">d</a><a>e</a><a>f</a><a>g</a></div>`,
  );
});

test("blocks pictures of the web until they are asked for, and counts them", async () => {
  const page =
    '<img src="https://x.example/a.png"><img src="//x.example/b.png"><p style="background: url(https://x.example/c.png)">x</p><td background="http://x.example/d">';
  expect(await safe(page)).toMatchObject({ blockedRemote: 3, html: expect.not.stringContaining("x.example") });
  const { html, blockedRemote } = await safe(page, { remote: true });
  expect(blockedRemote).toBe(0);
  expect(html.match(/x\.example/g)).toHaveLength(3);
  expect(html.match(/referrerpolicy="no-referrer"/g)).toHaveLength(2);
});

test("shows the mail's own pictures where they are said to be", async () => {
  const images = { "logo@x": "data:image/png;base64,AAAA", "a b": "data:image/png;base64,BBBB" };
  const { html } = await safe(
    '<img src="cid:logo@x"><img src="CID:a%20b"><img src="cid:other"><img src="cid:__proto__">',
    { images },
  );
  expect(html).toBe(
    '<div><img src="data:image/png;base64,AAAA"><img src="data:image/png;base64,BBBB"><img><img></div>',
  );
});

test("what went through once goes through unchanged", async () => {
  const once = (
    await safe(
      '<style>p{margin:0}</style><p style="color:red" title="a&quot;<b>">x<a href="https://y.example/">z</a></p>',
    )
  ).html;
  expect((await safe(once)).html).toContain(
    '<p style="color: red" title="a&quot;&lt;b&gt;">x<a href="https://y.example/"',
  );
});

test("a page that takes too long is refused, and the next is sanitised", async () => {
  const lines: string[] = [];
  const hasty = openSanitiser({ timeLimitMs: 500, log: (line) => void lines.push(line) });
  onTestFinished(() => hasty.close());
  const manyAttributes = `<p ${Array.from({ length: 190_000 }, (_, i) => `a${i}=x`).join(" ")}>`; // Each is looked for among all.
  const [heavy, good] = await Promise.all([
    hasty.sanitise(manyAttributes, { remote: false }),
    hasty.sanitise("<b>good</b>", { remote: false }),
  ]);
  expect(heavy).toMatchObject({ refused: expect.stringContaining("too long") });
  expect(good).toEqual({ html: "<div><b>good</b></div>", blockedRemote: 0 });
  expect(lines).toHaveLength(1);
});

test.each([
  ["large", "x".repeat(2_000_001)],
  ["deep", "<div>".repeat(2_000)],
])("a page that is too %s is refused at once", async (_, html) => {
  expect(await sanitiser.sanitise(html, { remote: false })).toMatchObject({ refused: expect.any(String) });
});

test("ends when idle, and starts again", async () => {
  const short = openSanitiser({ idleMs: 1 });
  onTestFinished(() => short.close());
  for (let round = 0; round < 2; round++) {
    expect(await short.sanitise("a", { remote: false })).toMatchObject({ html: "<div>a</div>" });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});
