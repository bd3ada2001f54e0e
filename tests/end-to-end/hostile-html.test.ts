import { expect, onTestFinished, test } from "vitest";
import { everyNth, readHostileHtml } from "../harness/corpora.ts";
import { launchBrowser } from "../harness/chromium.ts";
import { watchHostility } from "../harness/hostile-page.ts";
import { Installation } from "../harness/installation.ts";
import { runPayloadTrial } from "../harness/payload-trial.ts";

/** One for each way in; the long test tries a whole corpus. */
const OWN_PAYLOADS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  '<img src="https://tracker.example/pixel.gif">',
  '<img src="/api/v1/tickets">',
  "<svg onload=alert(1)><animate onbegin=alert(1) attributeName=x>",
  '<iframe src="javascript:parent.alert(1)"></iframe><iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<form action="https://tracker.example/" id=f><input autofocus onfocus=alert(1)></form>',
  '<meta http-equiv="refresh" content="0;url=https://tracker.example/">',
  '<base href="https://tracker.example/"><link rel=stylesheet href="style.css"><link rel=preconnect href="https://tracker.example">',
  '<style>@import "https://tracker.example/a.css"; body { background: url(https://tracker.example/b.png) }</style>',
  '<div style="background-image: url(https://tracker.example/c.png)">x</div>',
  '<video poster="https://tracker.example/d.png" src="https://tracker.example/e.mp4" autoplay></video>',
  '<object data="https://tracker.example/f.swf"></object><embed src="https://tracker.example/g.swf">',
  '<a href="javascript:alert(1)" onmouseover=alert(1) style="position:fixed;inset:0;font-size:90px">hover</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
  "<details open ontoggle=alert(1)><summary>x</summary></details>",
];

test("the watch itself notices scripts, requests and frames that go elsewhere", async () => {
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const findings = await watchHostility(page, "http://127.0.0.1:1");
  await page.route("**", (route) => route.fulfill({ contentType: "text/html", body: HOSTILE_PAGE }));
  await page.goto("http://127.0.0.1:1/");
  await page.waitForLoadState("networkidle");
  expect(findings).toContainEqual(expect.stringContaining("called alert"));
  expect(findings).toContainEqual("a request to http://tracker.example/a.png");
  expect(findings).toContainEqual("a request of the frame to http://127.0.0.1:1/inner");
});

const HOSTILE_PAGE = `<body><script>if (self === top) alert(1)</script><img src="http://tracker.example/a.png"><iframe src="/inner"></iframe>`;

test("no script of a mail runs, and nothing is asked for, when an agent opens it", async () => {
  const desk = await Installation.start({ environment: { PERMANENCE_CAPS: "off" } });
  onTestFinished(() => desk.remove());
  const sample = everyNth(readHostileHtml() ?? [], 20);
  expect(await runPayloadTrial(desk, await desk.api(), [...OWN_PAYLOADS, ...sample])).toEqual([]);
});
