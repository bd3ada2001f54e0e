import { eraseTicket } from "@permanence/tickets";
import { examineProof } from "@permanence/proof";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

const MAIL = `From: Zoe <zoe@agence.example>
To: helpdesk@whise.eu
Subject: Les annonces
Message-ID: <1@agence.example>

Bonjour, nos annonces ne partent plus.
`;

let service: TestApi;
let ticketId: string;
let proof: Buffer;
beforeAll(async () => {
  service = await openTestApi("proof");
  await service.receive(MAIL);
  const listed = (await service.call("GET", "/tickets")).body as { items: { id: string }[] };
  ticketId = listed.items[0]!.id;
  await service.call("POST", `/tickets/${ticketId}/calls`);
  proof = await proofOf(ticketId);
});
afterAll(() => service?.close());

/** The very bytes that the API sends. */
async function proofOf(id: string): Promise<Buffer> {
  const response = await service.api.request(`/api/v1/tickets/${id}/proof?language=en`, {
    headers: { authorization: `Bearer ${service.token}` },
  });
  return Buffer.from(await response.arrayBuffer());
}

async function examineByApi(bytes: Buffer, language = "en") {
  const response = await service.api.request(`/api/v1/proof-examinations?language=${language}`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(bytes),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a proof holds: its signature, chain, mails and clocks", async () => {
  const { holds, findings } = await examineProof(proof);
  expect(findings).toMatchObject([
    { code: "signature", holds: true },
    { code: "chain", holds: true, erased: 0 },
    { code: "mails", holds: true, bound: 2, unbound: 0, erased: 0 },
    { code: "clocks", holds: true, count: 2 },
  ]);
  expect(holds).toBe(true);
});

test("with one byte changed, put in or left out it does not hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(proof.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(2), async (at, flip, how) => {
      const changed = Buffer.from(proof);
      changed[at]! ^= flip;
      const bytes = [
        changed,
        Buffer.concat([proof.subarray(0, at), proof.subarray(at + 1)]),
        Buffer.concat([proof.subarray(0, at), Buffer.from([flip]), proof.subarray(at)]),
      ][how]!;
      expect((await examineProof(bytes)).holds).toBe(false);
    }),
    { numRuns: 400 },
  );
});

test("anybody may have one examined that this service signed, in three languages", async () => {
  expect(await examineByApi(proof)).toMatchObject({
    status: 200,
    body: {
      holds: true,
      verdict: "This proof holds: nothing in it was changed since it was signed.",
      proof: { desk: "Whise Helpdesk", clocks: [{ title: "Notice of registration", outcome: "met" }, {}] },
    },
  });
  expect((await examineByApi(proof, "nl")).body["verdict"]).toContain("Dit bewijs houdt stand");
  expect((await examineByApi(Buffer.from("{}"), "fr")).body).toMatchObject({ holds: false, proof: null });
});

test("one that a stranger signed is not looked into", async () => {
  const elsewhere = await openTestApi("proof elsewhere");
  try {
    await elsewhere.receive(MAIL);
    const listed = (await elsewhere.call("GET", "/tickets")).body as { items: { id: string }[] };
    const theirs = await elsewhere.call("GET", `/tickets/${listed.items[0]!.id}/proof`);
    const bytes = Buffer.from(`${JSON.stringify(theirs.body)}\n`); // Their keys come in order already.
    expect((await examineProof(bytes)).holds).toBe(true);
    expect((await examineByApi(bytes)).body).toMatchObject({ holds: false, findings: [{ code: "stranger" }] });
  } finally {
    await elsewhere.close();
  }
});

test.each([
  ["no JSON", Buffer.from("From: a mail"), "no-json"],
  ["not UTF-8", Buffer.from([0x22, 0xff, 0x22]), "no-json"],
  ["something else", Buffer.from('{"a":1}'), "other-format"],
  ["null", Buffer.from("null"), "other-format"],
  ["a proof without what it needs", Buffer.from('{"body":{"format":"permanence-proof/1"}}'), "incomplete"],
])("a file that is %s", async (_, bytes, why) => {
  expect(await examineProof(bytes)).toMatchObject({ holds: false, findings: [{ code: "unreadable", why }] });
});

test("after the contents are erased by law, the chain and the clocks still hold, and say so", async () => {
  const before = JSON.parse(String(proof)) as { body: { clocks: unknown[] } };
  await service.db.transaction(deskOf(before), (tx) =>
    eraseTicket(tx, service.world, deskOf(before), ticketId, { actor: "desk", reason: "asked for" }),
  );
  const bytes = await proofOf(ticketId);
  const { holds, findings } = await examineProof(bytes);
  expect({ holds, findings }).toMatchObject({
    holds: true,
    findings: [
      { code: "signature" },
      { code: "chain", erased: 2 }, // Who was called, and whom the notice was to.
      { code: "mails", bound: 1, unbound: 1, erased: 1 }, // The notice waits to be sent.
      { code: "clocks", count: 2 },
    ],
  });
  const after = JSON.parse(String(bytes)) as typeof before;
  expect(factsOf(after)).toEqual(factsOf(before));
  expect(String(bytes)).not.toMatch(/zoe|annonces|Peeters/i);
  const messages = (await service.call("GET", `/tickets/${ticketId}/messages`)).body;
  expect(JSON.stringify(messages)).not.toMatch(/zoe|annonces/i);
});

test("the same mail that comes again after it was erased is kept again", async () => {
  await service.receive(MAIL.replace("<1@", "<2@"));
  const id = await service.receive(MAIL);
  const raw = await service.call("GET", `/inbound-mails/${id}/raw`);
  expect(raw).toMatchObject({ status: 200, body: expect.stringContaining("nos annonces") });
});

function deskOf(read: unknown) {
  return (read as { body: { desk: { id: Parameters<TestApi["db"]["transaction"]>[0] } } }).body.desk.id;
}

function factsOf({ body }: { body: { clocks: unknown[] } }) {
  return (body.clocks as Record<string, unknown>[]).map(({ target, startedAt, dueAt, stoppedAt, outcome, receipt }) => [
    ...[target, startedAt, dueAt, stoppedAt, outcome, receipt],
  ]);
}

test("a ticket whose mails are too much for one file is said to be so", async () => {
  await service.receive(MAIL.replace("<1@", "<3@").replace("zoe@", "lea@"));
  const { items } = (await service.call("GET", "/tickets?order=newest")).body as { items: { id: string }[] };
  const { id } = items[0]!;
  await service.db.transaction(deskOf(JSON.parse(String(proof))), (tx) =>
    tx.updateTable("blob").set({ size_bytes: 160_000_000 }).execute(),
  );
  expect(await service.call("GET", `/tickets/${id}/proof`)).toMatchObject({
    status: 422,
    body: { title: "Too large" },
  });
});
