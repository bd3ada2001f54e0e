import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDesk, type TestDesk } from "./ticket-test-desk.ts";
import { MOST_UPLOAD_BYTES, receiveUpload } from "./upload.ts";
import { fileName, isProgram, typeOf } from "./upload-kind.ts";
import { takeUploads } from "./upload-store.ts";
import { sweepUploads } from "./upload-sweep.ts";

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk?.close());

async function* chunks(...parts: (string | Uint8Array | Error)[]) {
  for (const part of parts) {
    if (part instanceof Error) throw part;
    yield typeof part === "string" ? Buffer.from(part, "latin1") : part;
  }
}

const PNG = "\x89PNG\r\n\x1a\n....";

function hand(file: {
  name?: string;
  type?: string;
  owner?: string;
  body: AsyncIterable<Uint8Array>;
  announced?: number;
}) {
  const { name = "notes.txt", type = "text/plain", owner = "agent:1", body, announced = null } = file;
  return receiveUpload(desk, desk.deskId, { owner, name, type, body, announcedBytes: announced });
}

const kept = () => desk.db.transaction(desk.deskId, (tx) => tx.selectFrom("upload").selectAll().execute());
const blobOf = (sha256: Buffer) =>
  desk.db.transaction(desk.deskId, (tx) =>
    tx.selectFrom("blob").select(["size_bytes", "erased_at"]).where("sha256", "=", sha256).executeTakeFirst(),
  );

test.each([
  ["of 0 bytes", { body: chunks() }, "empty"],
  ["too long as announced", { body: chunks(), announced: MOST_UPLOAD_BYTES + 1 }, "too-large"],
  ["too long as it turns out", { body: chunks(Buffer.alloc(MOST_UPLOAD_BYTES), "x") }, "too-large"],
  ["a program by its name", { name: "Plan.PDF.ExE ", body: chunks("hello") }, "program"],
  ["a program by its bytes", { name: "photo.jpg", type: "image/jpeg", body: chunks("M", "Z\x90") }, "program"],
  ["shorter than announced", { body: chunks("half"), announced: 9 }, "broken-off"],
  ["whose sender went away", { body: chunks("half", new Error("aborted")) }, "broken-off"],
] as const)("a file %s leaves nothing", async (_, file, refused) => {
  expect(await hand(file)).toEqual({ refused });
  expect(await kept()).toEqual([]);
});

test("a file is its owner's alone, is taken once, and is swept when nobody takes it", async () => {
  const owner = "agent:1";
  const [one, two] = [await hand({ body: chunks("one") }), await hand({ body: chunks("two") })];
  if ("refused" in one || "refused" in two) throw new Error("kept");
  const take = (by: string, ids: string[]) =>
    desk.db.transaction(desk.deskId, (tx) => takeUploads(tx, desk.deskId, by, ids));
  expect(await take("agent:2", [one.upload_id])).toBeNull();
  expect(await take(owner, [one.upload_id])).toMatchObject([{ name: "notes.txt", bytes: Buffer.from("one") }]);
  expect(await take(owner, [one.upload_id])).toBeNull();

  desk.clock.advance(48 * 3_600_000);
  await sweepUploads(desk.db, desk.world, desk.deskId);
  expect(await kept()).toHaveLength(1);
  desk.clock.advance(1);
  await sweepUploads(desk.db, desk.world, desk.deskId);
  expect(await kept()).toEqual([]);
  expect(await blobOf(two.sha256)).toMatchObject({ size_bytes: 0 });
});

test("bytes that something else has are not swept away with a file", async () => {
  const [one, two] = [await hand({ body: chunks("same") }), await hand({ body: chunks("same"), owner: "contact:9" })];
  if ("refused" in one || "refused" in two) throw new Error("kept");
  await desk.db.transaction(desk.deskId, (tx) =>
    tx.updateTable("upload").set({ draft_id: two.upload_id }).where("upload_id", "=", two.upload_id).execute(),
  );
  desk.clock.advance(49 * 3_600_000);
  await sweepUploads(desk.db, desk.world, desk.deskId);
  expect(await kept()).toMatchObject([{ owner: "contact:9" }]);
  expect(await blobOf(one.sha256)).toMatchObject({ size_bytes: 4, erased_at: null });
});

test("an owner has no more lying about than a message may hold", async () => {
  const owner = "form:x";
  expect(await hand({ owner, body: chunks(Buffer.alloc(MOST_UPLOAD_BYTES - 1)) })).toMatchObject({ owner });
  expect(await hand({ owner, body: chunks("ab") })).toEqual({ refused: "no-room" });
});

test.each([
  [PNG, "text/html", "image/png"],
  ["<html>", "image/png", "application/octet-stream"],
  ["<html>", "text/html; charset=utf-8", "text/html"],
  ["From: a", "message/rfc822", "application/octet-stream"],
  ["x", "text/plain\r\nBcc: a@b.c", "application/octet-stream"],
  ["x", "", "application/octet-stream"],
])("the type of %j that is called %j is %s", (bytes, claimed, type) => {
  expect(typeOf(Buffer.from(bytes, "latin1"), claimed)).toBe(type);
});

test.each([
  ["../../etc/passwd", "passwd"],
  ["C:\\Temp\\plan.pdf", "plan.pdf"],
  ["photo\u202Egpj.exe", "photogpj.exe"],
  ["a\r\nBcc: x@y.z.txt", "aBcc x@y.z.txt"],
  ["run.exe. . ", "run.exe"],
  ["...", "file"],
  [`${"é".repeat(500)}.pdf`, `${"é".repeat(180)}.pdf`],
])("the file %j is called %j", (name, called) => {
  expect(fileName(name)).toBe(called);
});

test("a program is one, however it is called", () => {
  expect(isProgram("a.jpg", Buffer.from("\x7fELF", "latin1"))).toBe(true);
  expect(isProgram("a.LNK", Buffer.from(""))).toBe(true);
  expect(isProgram("a.pdf", Buffer.from("%PDF-1.7"))).toBe(false);
});
