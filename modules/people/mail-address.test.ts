import { expect, test } from "vitest";
import { domainOf, normalAddress, normalDomain } from "./mail-address.ts";
import { isPublicMailProvider } from "./public-mail-providers.ts";

test.each([
  [" Marie.Dupont+tag@Agence.BE ", "marie.dupont+tag@agence.be"],
  ["o'neil@sub.agence.co.uk", "o'neil@sub.agence.co.uk"],
  ["élodie@agence.be", "élodie@agence.be"],
  ["root@localhost", "root@localhost"],
  ["agence.be", null],
  ["a@b@c.be", null],
  ["a b@c.be", null],
  ["a@c..be", null],
  ["a@.be", null],
  ["<a@c.be>", null],
  ["a@c.be\nBcc: d@e.be", null],
  [`${"a".repeat(250)}@c.be`, null],
])("address %j", (text, expected) => {
  expect(normalAddress(text)).toBe(expected);
});

test.each([
  ["Agence.BE", "agence.be"],
  ["sub.agence-immo.be", "sub.agence-immo.be"],
  ["köln.de", "köln.de"],
  ["be", null],
  ["agence.be.", null],
  ["-agence.be", null],
  ["agence..be", null],
  ["a@agence.be", null],
])("domain %j", (text, expected) => {
  expect(normalDomain(text)).toBe(expected);
});

test("the domain is what stands behind the last @", () => {
  expect(domainOf("a@Agence.be")).toBe("agence.be");
});

test.each([
  "gmail.com",
  "outlook.be",
  "hotmail.fr",
  "hotmail.co.uk",
  "yahoo.com.br",
  "live.nl",
  "skynet.be",
  "telenet.be",
  "proximus.be",
  "scarlet.be",
  "voo.be",
  "orange.fr",
  "free.fr",
  "laposte.net",
  "ziggo.nl",
  "kpnmail.nl",
  "icloud.com",
  "proton.me",
  "gmx.net",
  "gmx.de",
  "web.de",
  "bluewin.ch",
  "libero.it",
  "btinternet.com",
  "qq.com",
])("%s is public", (domain) => {
  expect(isPublicMailProvider(domain)).toBe(true);
});

test.each(["whise.eu", "agence.be", "mygmail.com", "outlook-immo.be", "live.agence.be", "free.fr.example.com"])(
  "%s is somebody's own",
  (domain) => {
    expect(isPublicMailProvider(domain)).toBe(false);
  },
);
