import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type MailReader, openMailReader, openSanitiser, type ReadMail } from "@permanence/mail";
import { afterAll, beforeAll, expect, type TestContext, test } from "vitest";
import { type CorpusFile, FOLDER, NO_CORPORA, readHostileHtml, readMails } from "./harness/corpora.ts";

let reader: MailReader;
beforeAll(() => {
  reader = openMailReader({ queueLength: 1_000 });
});
afterAll(() => reader.close());

type Read = { name: string; mail: ReadMail };

/** A corpus, each mail of which must be readable; skips the test where it is absent. */
async function readCorpus(context: TestContext, corpus: "mime" | "bounces"): Promise<Read[]> {
  const files = readMails(corpus)?.filter(({ name }) => name.endsWith(".eml"));
  if (!files) return context.skip(NO_CORPORA);
  return await Promise.all(files.map(readFile));
}

async function readFile({ name, bytes }: CorpusFile): Promise<Read> {
  const mail = await reader.read(bytes, { languages: ["fr", "nl", "en"], prior: ["fr"] });
  if ("unreadable" in mail) throw new Error(`${name}: ${mail.unreadable}`);
  return { name, mail };
}

test("no ordinary mail reads as a report or as automatic", async (context) => {
  const read = await readCorpus(context, "mime");
  const odd = read.filter(({ mail }) => mail.kind === "report" || mail.kind === "auto-reply");
  // These six come from mail systems indeed.
  expect(odd.filter(({ mail }) => !/^(mailer-daemon|postmaster)@/i.test(mail.from?.address ?? ""))).toEqual([]);
  expect(odd).toHaveLength(6);
});

test("bounces read as reports, automatic answers as such", async (context) => {
  const read = await readCorpus(context, "bounces");
  const reports = read.filter(({ mail }) => mail.kind === "report");
  expect(reports.length).toBeGreaterThanOrEqual(0.97 * read.length); // 273 of 278 when this was written.
  const answers = read.filter(({ name }) => name.includes("rfc3834")).map(({ mail }) => mail.automatic);
  expect(new Set(answers)).toEqual(new Set(["out-of-office"]));
});

test("messages read as another parser read them", async (context) => {
  const read = await readCorpus(context, "mime");
  const known = read.flatMap(({ name, mail }) => {
    const reading = join(FOLDER, name.replace(/\.eml$/, ".json"));
    return existsSync(reading) ? [{ mail, other: fieldsOf(JSON.parse(readFileSync(reading, "utf8"))) }] : [];
  });
  expect(known.length).toBeGreaterThan(100);
  const plain = (text: string): string => text.replaceAll(/\s+/g, " ").trim();
  // That parser does not mend charsets: where it gave up on one, there is nothing to compare.
  const comparable = known.filter(({ other }) => !JSON.stringify(other).includes("\u{fffd}"));
  for (const { mail, other } of comparable) {
    expect(plain(mail.subject)).toBe(plain(other.subject));
    expect(mail.messageId ?? "").toBe(other.messageId);
    expect(plain(mail.from?.address ?? "")).toBe(plain(other.from));
  }
});

test("what a person newly wrote is found in nearly all replies", async (context) => {
  const files = readMails("replies/emails");
  if (!files) return context.skip(NO_CORPORA);
  const misses: string[] = [];
  for (const { name, bytes } of files) {
    const message = Buffer.concat([
      Buffer.from("From: a@b.c\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"),
      bytes,
    ]);
    const { mail } = await readFile({ name, bytes: message });
    const trimmed = readFileSync(join(FOLDER, name.replace("emails", "trimmed")), "utf8");
    const withoutSpace = (text: string): string => text.replaceAll(/\s+/g, "");
    if (withoutSpace(mail.reply) !== withoutSpace(trimmed)) misses.push(name);
  }
  expect(misses.length).toBeLessThanOrEqual(0.05 * files.length); // None when this was written.
});

test("no payload comes out of the sanitiser as anything that runs or fetches", async (context) => {
  const payloads = readHostileHtml();
  if (payloads === null) return context.skip(NO_CORPORA);
  const sanitiser = openSanitiser();
  for (const payload of payloads) {
    const page = await sanitiser.sanitise(payload, { remote: false });
    const html = "refused" in page ? "" : page.html;
    const names = html.replaceAll(/"[^"]*"/g, '""'); // A title may say "<script>".
    expect(names).not.toMatch(/<(script|svg|math|iframe|object|embed|meta|base|link|form|input|template)[\s>]/i);
    expect(names).not.toMatch(/<[^>]*\s(on\w+|srcdoc|srcset|action|formaction|poster|data)\s*=/i);
    expect(html).not.toMatch(/\shref="(?!https?:|mailto:|tel:|#)/i);
    expect(html).not.toMatch(/\s(src|background)="(?!data:image\/(png|jpe?g|gif|webp|bmp);base64,)/i);
    expect(html.match(/<style>[\s\S]*?<\/style>/)?.[0] ?? "").not.toMatch(/url\(|@import|expression/i);
  }
  await sanitiser.close();
});

type Field = {
  name: string;
  value: { Text?: string; TextList?: string[]; Address?: { List?: { address: string | null }[] } } | "Empty";
};

/** Of the other parser's reading, what is compared. */
function fieldsOf(reading: { parts: { headers: Field[] }[] }) {
  const valueOf = (name: string) => {
    const value = reading.parts[0]!.headers.find((field) => field.name === name)?.value;
    return value === undefined || value === "Empty" ? {} : value;
  };
  const [subject, messageId, from] = [valueOf("subject"), valueOf("message_id"), valueOf("from")];
  return {
    subject: subject.Text ?? "",
    messageId: messageId.Text ?? messageId.TextList?.[0] ?? "",
    from: from.Address?.List?.[0]?.address ?? "",
  };
}
