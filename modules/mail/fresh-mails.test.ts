import { instant } from "@permanence/kernel";
import { expect, test } from "vitest";
import { FreshMails } from "./fresh-mails.ts";

const mail = (sizeBytes: number) => ({
  ...{ receivedAt: instant(0), envelopeFrom: "a@b.be", envelopeTo: ["help@desk.example"], remoteIp: "", helo: "" },
  bytes: Buffer.alloc(sizeBytes),
});

test("a mail is given once", () => {
  const fresh = new FreshMails();
  const one = mail(10);
  fresh.add("1", one);
  expect(fresh.take("2")).toBeNull();
  expect(fresh.take("1")).toBe(one);
  expect(fresh.take("1")).toBeNull();
});

test("memory is bounded: the oldest go, and large ones are not held at all", () => {
  const fresh = new FreshMails();
  fresh.add("large", mail(2_000_000));
  expect(fresh.take("large")).toBeNull();
  for (let n = 0; n < 100; n++) fresh.add(String(n), mail(1_000_000));
  const held = Array.from({ length: 100 }, (_, n) => n).filter((n) => fresh.take(String(n)) !== null);
  expect(held).toEqual(Array.from({ length: 16 }, (_, n) => 84 + n));
  fresh.add("again", mail(1_000_000)); // What was taken no longer counts.
  expect(fresh.take("again")).not.toBeNull();
});
