import { afterAll, beforeAll, expect, test } from "vitest";
import { examineDomain } from "./domain-records.ts";
import { startTestDns, type TestDns } from "./dns-test-server.ts";
import { SenderDns } from "./sender-dns.ts";

let server: TestDns;
beforeAll(async () => {
  server = await startTestDns({
    "relay.example": { A: ["192.0.2.10"] },
    "good.example": { MX: ["mx.good.example"], TXT: ["v=spf1 a:relay.example -all", "other"] },
    "_dmarc.good.example": { TXT: ["v=DMARC1; p=reject"] },
    "weak.example": { MX: ["mx.weak.example"], TXT: ["v=spf1 mx include:else.example ~all"] },
    "else.example": { TXT: ["v=spf1 ip4:198.51.100.7 -all"] },
    "mx.weak.example": { A: ["198.51.100.8"] },
    "_dmarc.weak.example": { TXT: ["v=DMARC1; p=none; rua=mailto:a@weak.example"] },
    "twice.example": { TXT: ["v=spf1 a:relay.example -all", "v=spf1 -all"] },
    "_dmarc.twice.example": { TXT: ["v=DMARC1; p=maybe"] },
    "silent.example": "silent",
    "_dmarc.silent.example": "silent",
  });
});
afterAll(() => server?.close());

const examine = async (domain: string, relay: string | null = "relay.example") => {
  const records = await examineDomain(domain, { dns: new SenderDns([server.server]), relay, limitMs: 600 });
  return Object.fromEntries(records.map((record) => [record.kind, record]));
};

test.each([
  ["good.example", { mx: "there", spf: "there", dmarc: "there", dkim: "open" }],
  ["weak.example", { mx: "there", spf: "differs", dmarc: "weak" }],
  ["twice.example", { mx: "missing", spf: "differs", dmarc: "differs" }],
  ["nothing.example", { mx: "missing", spf: "missing", dmarc: "missing" }],
  ["silent.example", { mx: "unanswered", spf: "unanswered", dmarc: "unanswered" }],
])("%s", async (domain, states) => {
  const records = await examine(domain);
  expect(Object.fromEntries(Object.keys(states).map((kind) => [kind, records[kind]!.state]))).toEqual(states);
});

test("what is to be published is the record whole, with what stands in it already", async () => {
  expect((await examine("weak.example"))["spf"]!.wanted).toBe("v=spf1 mx include:else.example a:relay.example ~all");
  const { spf, dmarc } = await examine("nothing.example");
  expect(spf!.wanted).toBe("v=spf1 mx a:relay.example ~all");
  expect(dmarc).toMatchObject({
    name: "_dmarc.nothing.example",
    wanted: "v=DMARC1; p=quarantine; rua=mailto:postmaster@nothing.example",
  });
  expect((await examine("good.example"))["spf"]).toMatchObject({
    wanted: null,
    found: ["v=spf1 a:relay.example -all"],
  });
});

test("whether SPF allows a relay on this machine or in its network, the DNS cannot tell", async () => {
  for (const relay of ["127.0.0.1", "localhost", "10.1.2.3", null])
    expect([relay, (await examine("good.example", relay))["spf"]!.state]).toEqual([relay, "open"]);
  expect((await examine("good.example", "192.0.2.10"))["spf"]!.state).toBe("there");
});
