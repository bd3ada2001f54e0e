import { expect, test } from "vitest";
import { browserName } from "#lib/settings/browser-name.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux"],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/150.0.0.0 Safari/537.36 Edg/150.0`, "Edge", "Windows"],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/150.0.0.0 Safari/537.36`, "Chrome", "macOS"],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) ${WEBKIT} Version/18.5 Mobile/15E1 Safari/604.1`,
    "Safari",
    "iOS",
  ],
  [`Mozilla/5.0 (Linux; Android 15; Pixel) ${WEBKIT} Chrome/150.0.0.0 Mobile Safari/537.36`, "Chrome", "Android"],
])("%s", (userAgent, browser, system) => {
  expect(browserName(userAgent)).toEqual({ browser, system });
});

test.each([null, "", "curl/8.5.0"])("%s is no browser that is known", (userAgent) => {
  expect(browserName(userAgent)).toBeNull();
});
