import { newToken, seededRandom, VirtualClock, instant } from "@permanence/kernel";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  LONGEST_MAILBOX_LOCAL_OCTETS,
  mailboxesMeantBy,
  parseTaggedAddress,
  splitAddress,
  tagAddress,
} from "./tagged-address.ts";

test("what is put into an address comes out of it, in whatever case it returns", () => {
  const local = fc
    .stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,28}$/)
    .filter((text) => Buffer.byteLength(text) <= LONGEST_MAILBOX_LOCAL_OCTETS);
  fc.assert(
    fc.property(local, fc.string(), fc.constantFrom("ticket" as const, "return" as const), (name, seed, kind) => {
      const token = newToken({ clock: new VirtualClock(instant(0)), random: seededRandom(seed) });
      const mailbox = `${name}@whise.eu`;
      const address = tagAddress(mailbox, { kind, token });
      expect(parseTaggedAddress(address.toUpperCase())).toEqual({ mailbox, tag: { kind, token } });
      expect(address.indexOf("@")).toBeLessThanOrEqual(64);
      expect(mailboxesMeantBy(address)).toContain(
        name.includes("+") ? `${name.slice(0, name.indexOf("+"))}@whise.eu` : mailbox,
      );
    }),
  );
});

test.each([
  "helpdesk@whise.eu",
  "helpdesk+t-@whise.eu",
  "helpdesk+x-abcdefghijklmnopqrst@whise.eu",
  "+t-abcdefghijklmnopqrst@whise.eu",
  "helpdesk+t-abcdefghijklmnopqrs1@whise.eu",
  "helpdesk+t-abcdefghijklmnopqrst",
  "a b+t-abcdefghijklmnopqrst@whise.eu",
  "",
])("%j carries no tag", (address) => {
  expect(parseTaggedAddress(address)).toBeNull();
});

test.each([
  ["Helpdesk@Whise.EU", ["helpdesk@whise.eu"]],
  ["helpdesk+anything+more@whise.eu", ["helpdesk+anything+more@whise.eu", "helpdesk@whise.eu"]],
  ["+help@whise.eu", ["+help@whise.eu"]],
  ["help@bücher.example", ["help@xn--bcher-kva.example"]],
  ["help@@whise.eu", []],
  ["help\r\n@whise.eu", []],
  ["nobody", []],
])("mail to %j is meant for %j", (address, mailboxes) => {
  expect(mailboxesMeantBy(address)).toEqual(mailboxes);
});

test("a domain that is none is no address", () => {
  expect(splitAddress("a@exa mple")).toBeNull();
  expect(splitAddress("a@xn--\u0000")).toBeNull();
});
