import { expect, test } from "vitest";
import { isForged } from "#lib/forgery.ts";

const request = (method: string, headers: Record<string, string>) =>
  new Request("http://desk.example:8080/sign-out", { method, headers });

test.each([
  ["GET", {}, false],
  ["HEAD", { origin: "https://evil.example" }, false],
  ["POST", { origin: "http://desk.example:8080" }, false],
  ["POST", { origin: "https://desk.example:8080" }, false], // Behind a proxy that ends TLS.
  ["POST", { origin: "http://desk.example" }, true],
  ["POST", { origin: "https://evil.example" }, true],
  ["POST", { origin: "https://desk.example:8080.evil.example" }, true],
  ["POST", { origin: "null" }, true],
  ["POST", { origin: "null", "sec-fetch-site": "same-origin" }, false],
  ["POST", { origin: "nonsense" }, true],
  ["POST", {}, true],
  ["POST", { "sec-fetch-site": "same-origin" }, false],
  ["POST", { "sec-fetch-site": "same-site" }, true],
  ["DELETE", { origin: "https://evil.example" }, true],
])("%s with %j", (method, headers, forged) => {
  expect(isForged(request(method, headers as Record<string, string>))).toBe(forged);
});
