import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textOf } from "../harness/furnished-desk.ts";
import { Installation } from "../harness/installation.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";

// What another site, or whoever writes a link or a form's fields, cannot make of the public pages.
let sink: RelaySink;
let desk: Installation;
let api: string;

beforeAll(async () => {
  sink = await RelaySink.start();
  desk = await Installation.start({ environment: { PERMANENCE_SMTP_RELAY: sink.url, PERMANENCE_CAPS: "off" } });
  api = `${desk.web}/api/v1/desks/whise`;
});
afterAll(async () => {
  await desk?.remove();
  await sink?.close();
});

const PAGES = [
  "/fr",
  "/nl/request",
  "/en/sign-in",
  "/fr/texts/privacy",
  "/status/whise",
  "/sign-in",
  "/proof",
  "/fr/none",
];

/** The page of what is not there has a script of Kit's own, which it signs anew each time. */
const SCRIPTS = expect.stringMatching(/^'self'(?: 'nonce-[\w+/]{22}==')?$/);

test.each(PAGES)("%s runs nothing but the site's own files, and stands in no frame", async (path) => {
  const response = await fetch(desk.web + path);
  const policy = new Map(
    response.headers
      .get("content-security-policy")!
      .split("; ")
      .map((directive): [string, string] => [directive.split(" ")[0]!, directive.split(" ").slice(1).join(" ")]),
  );
  expect(Object.fromEntries(policy)).toMatchObject({
    ...{ "default-src": "'none'", "script-src": SCRIPTS, "style-src": "'self'", "connect-src": "'self'" },
    ...{ "base-uri": "'none'", "form-action": "'self'", "frame-ancestors": "'none'" },
  });
  expect(response.headers.get("x-frame-options")).toBe("DENY");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  const html = await response.text();
  expect(html.match(/<script(?![^>]* (?:src="\/_app\/|nonce="))[^>]*>|<style|\son\w+="|javascript:/g)).toBeNull();
});

test("an answer of the API is nothing that a browser runs or frames, and no cache's", async () => {
  for (const path of ["/site", "/form?language=fr", "/brand.css", "/none", "/requests/1/forged"]) {
    const { headers } = await fetch(api + path);
    expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"]);
    expect([path, headers.get("content-security-policy")]).toEqual([
      path,
      expect.stringContaining("default-src 'none'"),
    ]);
    if (path !== "/brand.css") expect([path, headers.get("cache-control")]).toEqual([path, "private, no-cache"]);
  }
});

const FORMS = [
  ...["/fr/request?/check", "/fr/request?/send", "/fr/sign-in?/ask", "/fr/sign-in?/code", "/fr/sign-in?/link"],
  ...["/fr/sign-out", "/sign-out", "/preferences", "/sign-in", "/status/whise?/meToo"],
];

test.each(FORMS)("another site's form cannot be sent to %s", async (path) => {
  const origins = ["https://evil.example", "null", `${desk.web}.evil.example`];
  for (const headers of origins.map((origin) => ({ origin, "sec-fetch-site": "cross-site" }))) {
    const response = await fetch(desk.web + path, {
      method: "POST",
      headers,
      body: new URLSearchParams({ email: "a@b.be" }),
    });
    expect([headers, response.status]).toEqual([headers, 403]);
  }
});

test("another site's page cannot call the API for its visitor", async () => {
  const body = JSON.stringify({ email: "lea@agence.example" });
  const from = { "content-type": "application/json", origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  for (const path of ["/customer-sign-ins", "/customer-sessions", "/requests"])
    expect((await fetch(api + path, { method: "POST", headers: from, body })).status).toBe(403);
  const simple = { "content-type": "text/plain" }; // What a form may send without asking (CORS).
  expect((await fetch(`${api}/customer-sign-ins`, { method: "POST", headers: simple, body })).status).toBe(415);
  expect((await fetch(`${api}/site`, { headers: from })).headers.get("access-control-allow-origin")).toBeNull();
});

/** Where browsers would leave the site. */
const ELSEWHERE = [
  ...["https://evil.example", "//evil.example", "/\\evil.example", "\\/evil.example", "///evil.example"],
  ...[
    "/\t/evil.example",
    "\t//evil.example",
    "/\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "evil.example",
    "@evil.example",
  ],
];

test.each(ELSEWHERE)("no form goes on to %j", async (next) => {
  const post = (path: string, fields: Record<string, string>) =>
    fetch(desk.web + path, {
      ...{ method: "POST", redirect: "manual", headers: { origin: desk.web, accept: "text/html" } },
      body: new URLSearchParams({ ...fields, next }),
    });
  const changed = await post("/preferences", { theme: "dark" });
  expect(changed.headers.get("location")).toBe("/");
  const address = `next-${ELSEWHERE.indexOf(next)}@agence.example`;
  await post("/fr/sign-in?/ask", { email: address });
  const link = new URL(await linkFor(address));
  expect([link.origin, link.searchParams.get("next")]).toEqual([desk.web, "/fr/tickets"]);
  const entered = await post("/fr/sign-in?/link", { token: link.searchParams.get("token")! });
  expect([entered.status, entered.headers.get("location")]).toEqual([303, "/fr/tickets"]);
  expect(entered.headers.get("set-cookie")).toMatch(/^permanence_customer=\w+;/);
});

test("a link in a mail leads here, whatever host the request named", async () => {
  const body = JSON.stringify({ email: "host@agence.example", language: "fr" });
  const headers = { host: "evil.example", "x-forwarded-host": "evil.example", "content-type": "application/json" };
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${api}/customer-sign-ins`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once("error", reject).end(body);
  });
  expect(status).toBe(202);
  expect(new URL(await linkFor("host@agence.example")).origin).toBe(desk.web);
});

test.each([
  ["subject", "Photo\r\nBcc: mallory@evil.example\r\n\r\nOwned"],
  ["name", 'Léa"\r\nBcc: mallory@evil.example'],
  ["name", "Léa <mallory@evil.example>, Mallory"],
])("what is typed into %s stays in its line of the mail", async (field, text) => {
  const email = `header-${Buffer.from(text).length}@agence.example`;
  const filled = {
    email,
    name: "Léa",
    language: "fr",
    subject: "Photo",
    text: "Floue.",
    answers: { kind: "question" },
  };
  const response = await fetch(`${api}/requests`, {
    ...{ method: "POST", body: JSON.stringify({ ...filled, [field]: text }) },
    headers: { "content-type": "application/json", "idempotency-key": `a key for ${email}` },
  });
  if (response.status === 422) return; // Refused is as good.
  expect(response.status).toBe(201);
  const [mail] = await eventually(() => {
    const taken = sink.takenFor(email);
    return taken.length > 0 && taken;
  });
  const [head = ""] = mail!.raw.toString("utf8").split("\r\n\r\n", 1);
  const names = head
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n")
    .map((line) => line.split(":")[0]!.toLowerCase());
  expect(names).not.toContain("bcc");
  expect(names.filter((name) => /^(to|subject|from)$/.test(name)).toSorted()).toEqual(["from", "subject", "to"]);
  expect(/^To: .*mallory.*@.*$/im.exec(head)?.[0] ?? "").not.toMatch(/,\s*[^"]*$/);
  expect(sink.takenFor("mallory@evil.example")).toEqual([]);
});

/** The sign-in link in the newest mail to somebody. */
async function linkFor(address: string): Promise<string> {
  return await eventually(
    () => /https?:\S+\/sign-in\?\S+/.exec(textOf(sink.takenFor(address).at(-1)?.raw ?? Buffer.of()))?.[0],
  );
}
