import { expect, onTestFinished, test } from "vitest";
import { type MailReaderOptions, openMailReader } from "./index.ts";
import { mailBytes } from "./read-test-mail.ts";

const CHOICE = { languages: ["fr", "nl", "en"], prior: ["fr"] };
const GOOD = mailBytes("From: Ann <ann@agence.be>", "Subject: Hello", "", "It does not work any more.");
/** Some seconds' work for each text: bytes of two charsets, mixed letter by letter. */
const heavy = (texts: number): Buffer =>
  mailBytes(
    "Content-Type: multipart/mixed; boundary=b",
    "",
    ...Array.from(
      { length: texts },
      () => `--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${"\xe9 \xc3\xa9 ".repeat(300_000)}`,
    ),
  );

function open(options: MailReaderOptions = {}) {
  const reader = openMailReader(options);
  onTestFinished(() => reader.close());
  return reader;
}

test("reads a mail on its thread, and leaves the caller its bytes", async () => {
  const bytes = Buffer.from(GOOD);
  const mail = await open().read(bytes, CHOICE);
  expect(mail).toMatchObject({ kind: "ticket", from: { name: "Ann", address: "ann@agence.be" }, language: "en" });
  expect(bytes).toEqual(GOOD);
});

test("hands attachments over whole", async () => {
  const part = (name: string, body: string) => `--b\r\nContent-Type: application/x; name=${name}\r\n\r\n${body}`;
  const mail = await open().read(
    mailBytes(
      "Content-Type: multipart/mixed; boundary=b",
      "",
      part("a", "one"),
      part("b", ""),
      part("c", "three"),
      "--b--",
    ),
    CHOICE,
  );
  const bodies = "unreadable" in mail ? [] : mail.attachments.map(({ bytes }) => Buffer.from(bytes).toString());
  expect(bodies).toEqual(["one", "", "three"]);
});

test("a mail that takes too long is given up, and the next is read", async () => {
  const lines: string[] = [];
  const reader = open({ threads: 1, timeLimitMs: 300, log: (line) => void lines.push(line) });
  const [given, good] = await Promise.all([reader.read(heavy(4), CHOICE), reader.read(GOOD, CHOICE)]);
  expect(given).toMatchObject({ unreadable: expect.stringContaining("took longer than") });
  expect(good).toMatchObject({ subject: "Hello" });
  expect(lines).toHaveLength(1);
});

test("one mail's time is not another's", async () => {
  const reader = open({ threads: 2, timeLimitMs: 20_000 });
  await Promise.all([reader.read(GOOD, CHOICE), reader.read(GOOD, CHOICE)]); // Both threads stand ready.
  const order: string[] = [];
  const slow = reader.read(heavy(1), CHOICE).then(() => order.push("heavy"));
  await Promise.all(Array.from({ length: 5 }, () => reader.read(GOOD, CHOICE)));
  order.push("good");
  await slow;
  expect(order).toEqual(["good", "heavy"]);
});

test("refuses what is too large without looking at it", async () => {
  expect(await open().read(Buffer.alloc(64 * 1024 * 1024 + 1), CHOICE)).toEqual({
    unreadable: "It is larger than 64 MB.",
  });
});

test("a shutdown makes no mail unreadable", async () => {
  const reader = open({ threads: 1 });
  const readings = [reader.read(GOOD, CHOICE), reader.read(GOOD, CHOICE)];
  const outcomes = Promise.allSettled(readings);
  await reader.close();
  for (const outcome of await outcomes) {
    if (outcome.status === "fulfilled") expect(outcome.value).toMatchObject({ subject: "Hello" });
    else expect(String(outcome.reason)).toContain("closed");
  }
  await expect(reader.read(GOOD, CHOICE)).rejects.toThrow("closed");
});

test("more than may wait is refused", async () => {
  const reader = open({ threads: 1, queueLength: 2 });
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => reader.read(GOOD, CHOICE)));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled", "rejected", "rejected"]);
});
