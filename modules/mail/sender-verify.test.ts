import { generateKeyPairSync } from "node:crypto";
import { instant } from "@permanence/kernel";
import { sealMessage } from "mailauth/lib/arc/index.js";
import { dkimSign } from "mailauth/lib/dkim/sign.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { senderProof } from "./authentication.ts";
import { startTestDns, type TestDns, type Zone } from "./dns-test-server.ts";
import { openSenderChecks, type SenderChecks } from "./sender-checks.ts";
import { SenderDns } from "./sender-dns.ts";
import { type SenderClaim, verifySender } from "./sender-verify.ts";

// Real signatures and a real DNS, on this machine.

const NOW = instant(Date.UTC(2026, 10, 25, 9));
const keys = { bank: makeKey(), list: makeKey(), evil: makeKey() };
const SENDING_IP = "192.0.2.25";
const OTHER_IP = "198.51.100.7";

const zone: Zone = {
  "bank.example": { TXT: [`v=spf1 ip4:${SENDING_IP} -all`] },
  "_dmarc.bank.example": { TXT: ["v=DMARC1; p=reject"] },
  "s1._domainkey.bank.example": { TXT: [keys.bank.record] },
  "mail.bank.example": { TXT: ["v=spf1 a:out.bank.example -all"] },
  "out.bank.example": { A: [SENDING_IP] },
  "soft.example": { TXT: ["v=spf1 mx ~all"], MX: ["mx.soft.example"] },
  "mx.soft.example": { A: [SENDING_IP] },
  "_dmarc.soft.example": { TXT: ["v=DMARC1; p=none"] },
  "strict.example": { TXT: ["v=spf1 -all"] },
  "_dmarc.strict.example": { TXT: ["v=DMARC1; p=quarantine; adkim=s; aspf=s"] },
  "s1._domainkey.mail.strict.example": { TXT: [keys.bank.record] },
  "evil.example": { TXT: [`v=spf1 ip4:${OTHER_IP} -all`] },
  "s1._domainkey.evil.example": { TXT: [keys.evil.record] },
  "list.example": { TXT: [`v=spf1 ip4:${OTHER_IP} -all`] },
  "arc._domainkey.list.example": { TXT: [keys.list.record] },
  "quiet._domainkey.bank.example": "silent",
  "quiet._domainkey.evil.example": "silent",
  "quiet.example": "silent",
  "_dmarc.dumb.example": "silent",
};
for (let n = 0; n < 20; n++) {
  zone[`q${n}._domainkey.evil.example`] = "silent";
  zone[`hop${n}.evil.example`] = { TXT: ["v=spf1 -all"], delayMs: 300 };
}
zone["slow.evil.example"] = {
  TXT: [`v=spf1 ${[0, 1, 2, 3, 4, 5, 6, 7].map((n) => `include:hop${n}.evil.example`).join(" ")} -all`],
};

let server: TestDns;
let dns: SenderDns;
beforeAll(async () => {
  server = await startTestDns(zone);
  dns = new SenderDns([server.server]);
});
afterAll(() => server.close());

function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const der = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return { record: `v=DKIM1; k=rsa; p=${der}`, pem: privateKey.export({ type: "pkcs8", format: "pem" }) };
}

function mail({ from = "ann@bank.example", text = "Hello.", headers = [] as string[] } = {}): string {
  return [`From: Ann <${from}>`, "To: help@desk.example", "Subject: A question", ...headers, "", text, ""].join("\r\n");
}

async function signed(raw: string, domain = "bank.example", selector = "s1", pem = keys.bank.pem): Promise<string> {
  return (await signatureOf(raw, { signingDomain: domain, selector, privateKey: pem })) + raw;
}

type Signing = { signingDomain: string; selector: string; privateKey: string; maxBodyLength?: number };

async function signatureOf(raw: string, signing: Signing): Promise<string> {
  const options = { signTime: new Date(NOW), signatureData: [signing] } as unknown as Parameters<typeof dkimSign>[1];
  const { signatures, errors } = await dkimSign(raw, options);
  expect(errors).toEqual([]);
  return signatures;
}

type Way = { ip?: string; envelopeFrom?: string; author?: string; helo?: string };

function check(
  raw: string,
  { ip = OTHER_IP, envelopeFrom = "x@evil.example", author = "ann@bank.example", helo = "h.example" }: Way = {},
  limitMs?: number,
) {
  const claim: SenderClaim = { author, receivedAt: NOW, connection: { remoteIp: ip, helo, envelopeFrom } };
  return verifySender(Buffer.from(raw), claim, dns, limitMs);
}

test("a signature in the domain's name proves it; the envelope's own domain is another's", async () => {
  const found = await check(await signed(mail()));
  expect(found).toEqual({
    ...{ spf: "pass", dkim: "pass", dmarc: "pass", arc: "none" },
    ...{ policy: "reject", by: "ourselves", domain: "bank.example" },
  });
  expect(senderProof(found)).toBe("proven");
});

test("a body that was changed, a key that is not there, a signature of another's: forged", async () => {
  const raw = await signed(mail());
  const cases = [
    ["fail", raw.replace("Hello.", "Hello!")],
    ["fail", raw.replace("Subject: A question", "Subject: A quick question")],
    ["permerror", await signed(mail(), "bank.example", "s2")],
    ["pass", await signed(mail(), "evil.example", "s1", keys.evil.pem)],
    ["none", mail()],
  ] as const;
  for (const [dkim, bytes] of cases) {
    const found = await check(bytes);
    expect(found).toMatchObject({ dkim, dmarc: "fail", policy: "reject" });
    expect(senderProof(found)).toBe("forged");
  }
});

test("a signature over a part of the body vouches for nothing: anybody may have added to it", async () => {
  const raw = mail();
  const signing = { signingDomain: "bank.example", selector: "s1", privateKey: keys.bank.pem, maxBodyLength: 8 };
  expect(await check(`${await signatureOf(raw, signing)}${raw}Send the money.\r\n`)).toMatchObject({
    dkim: "permerror",
    dmarc: "fail",
  });
});

test("SPF: by address, by mail server, by a subdomain's hosts, softly, not at all, by HELO for the null sender", async () => {
  const cases: [Way, string, string][] = [
    [{ ip: SENDING_IP, envelopeFrom: "b@bank.example" }, "pass", "pass"],
    [{ ip: OTHER_IP, envelopeFrom: "b@bank.example" }, "fail", "fail"],
    [{ ip: SENDING_IP, envelopeFrom: "b@mail.bank.example" }, "pass", "pass"], // Relaxed: the organisation's.
    [{ ip: OTHER_IP, envelopeFrom: "b@evil.example" }, "pass", "fail"], // A stranger's own.
    [{ ip: OTHER_IP, envelopeFrom: "b@nowhere.example" }, "none", "fail"],
    [{ ip: SENDING_IP, envelopeFrom: "", helo: "mail.bank.example" }, "pass", "pass"],
    [{ ip: SENDING_IP, envelopeFrom: "b@soft.example", author: "b@soft.example" }, "pass", "pass"],
    [{ ip: OTHER_IP, envelopeFrom: "b@soft.example", author: "b@soft.example" }, "softfail", "fail"],
    [{ ip: OTHER_IP, envelopeFrom: "b@evil.example", author: "b@nowhere.example" }, "pass", "none"],
  ];
  for (const [way, spf, dmarc] of cases) expect(await check(mail(), way)).toMatchObject({ spf, dmarc });
});

test("a domain that asks for nothing makes no forgery of what fails", async () => {
  const found = await check(mail(), { envelopeFrom: "b@soft.example", author: "b@soft.example" });
  expect(found).toMatchObject({ dmarc: "fail", policy: "none" });
  expect(senderProof(found)).toBe("unproven");
});

test("strict alignment: a subdomain's signature does not do", async () => {
  const raw = await signed(mail({ from: "ann@strict.example" }), "mail.strict.example");
  expect(await check(raw, { author: "ann@strict.example" })).toMatchObject({ dkim: "pass", dmarc: "fail" });
});

test("of two From fields the one that counts is the one that is read", async () => {
  const raw = await signed(
    mail({ from: "x@evil.example", headers: ["From: ann@bank.example"] }),
    "evil.example",
    "s1",
    keys.evil.pem,
  );
  expect(await check(raw, { author: "ann@bank.example" })).toMatchObject({ dmarc: "fail", domain: "bank.example" });
});

test("ARC: a chain that holds, one that was changed, one whose key does not come", async () => {
  const raw = await signed(mail());
  const seal = (selector: string) =>
    sealMessage(raw, {
      ...{ signingDomain: "list.example", selector, privateKey: keys.list.pem, signTime: new Date(NOW) },
      ...{ i: 1, cv: "none", authResults: "list.example; dmarc=pass header.from=bank.example" },
    });
  const chained = `${(await seal("arc")).toString()}${raw}`;
  expect(await check(chained)).toMatchObject({ arc: "pass", dkim: "pass" });
  expect(await check(chained.replace("Hello.", "Hello!"))).toMatchObject({ arc: "fail", dkim: "fail" });
  zone["mute._domainkey.list.example"] = "silent";
  expect(await check(`${(await seal("mute")).toString()}${raw}`, {}, 1_000)).toMatchObject({
    arc: "temperror",
    dmarc: "pass",
  });
});

test("a DNS that is silent is not known, and no failure; it takes no longer than it may", async () => {
  const startedAt = performance.now();
  const own = await check(await signed(mail(), "bank.example", "quiet"), {}, 1_000);
  expect(own).toMatchObject({ dkim: "temperror", dmarc: "temperror" });
  expect(senderProof(own)).toBe("unproven");
  const envelope = { envelopeFrom: "a@quiet.example", author: "a@quiet.example" };
  expect(await check(mail(), envelope, 1_000)).toMatchObject({ spf: "temperror" });
  expect(await check(mail(), { author: "a@dumb.example" }, 1_000)).toMatchObject({ dmarc: "temperror" });
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test("a stranger's silent DNS decides nothing: not by one key, by many, nor by a record that leads on and on", async () => {
  const raw = await signed(mail(), "evil.example", "quiet", keys.evil.pem);
  expect(await check(raw)).toMatchObject({ dkim: "temperror", dmarc: "fail", policy: "reject" });
  const withSilent = async (raw: string, from: number) => {
    let whole = raw;
    for (let n = from; n < from + 7; n++) whole = await signed(whole, "evil.example", `q${n}`, keys.evil.pem);
    return whole;
  };
  const many = await withSilent(mail(), 0);
  const startedAt = performance.now();
  const leading = { envelopeFrom: "x@slow.evil.example" };
  expect(await check(many, leading, 2_000)).toMatchObject({ spf: "temperror", dmarc: "fail" });
  expect(performance.now() - startedAt).toBeLessThan(2_500);
  const ours = await withSilent(await signed(mail()), 10);
  expect(await check(ours, {}, 2_000)).toMatchObject({ dkim: "pass", dmarc: "pass" });
});

test("of a thousand signatures those in the domain's own name come first", async () => {
  let raw = await signed(mail());
  const one = (await signed(mail(), "evil.example", "s9", keys.evil.pem)).split("From:")[0]!;
  raw = one.repeat(1_000) + raw;
  server.questions.length = 0;
  expect(await check(raw)).toMatchObject({ dkim: "pass", dmarc: "pass" });
  expect(server.questions.length).toBeLessThan(20);
});

test("what was asked is not asked again", async () => {
  await check(await signed(mail()));
  server.questions.length = 0;
  await check(await signed(mail({ text: "Another." })));
  expect(server.questions).toEqual([]);
});

let checks: SenderChecks;
beforeAll(() => {
  checks = openSenderChecks({ dnsServers: [server.server], limitMs: 1_000 });
});
afterAll(() => checks.close());

const claim = (remoteIp: string): SenderClaim => ({
  ...{ author: "ann@bank.example", receivedAt: NOW },
  connection: { remoteIp, helo: "h.example", envelopeFrom: "x@evil.example" },
});

test("checks run on a thread, side by side; mail from one's own network is not checked", async () => {
  const raw = Buffer.from(await signed(mail()));
  for (const own of ["127.0.0.1", "10.1.2.3", "192.168.1.9", "::1", "fd00::1", "::ffff:10.0.0.1", "", "unknown"])
    expect(checks.check(raw, claim(own))).toBeNull();
  const startedAt = performance.now();
  const slow = Array.from({ length: 20 }, () =>
    checks.check(Buffer.from(mail()), { ...claim(OTHER_IP), author: "a@dumb.example" }),
  );
  expect(await checks.check(raw, claim(OTHER_IP))).toMatchObject({ dmarc: "pass" });
  for (const each of slow) expect(await each).toMatchObject({ dmarc: "temperror" });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(raw.length).toBeGreaterThan(0); // The caller's bytes are still the caller's.
});

test("what cannot be found out, since the checker ends, is not known", async () => {
  const short = openSenderChecks({ dnsServers: [server.server] });
  const checking = short.check(Buffer.from(mail()), claim(OTHER_IP));
  await short.close();
  expect(await checking).toMatchObject({ dmarc: "temperror", domain: "bank.example" });
});

test("no connection, as for a file: signatures are judged, and their lack is no failure", async () => {
  const file = (raw: string) => verifySender(Buffer.from(raw), { ...claim(OTHER_IP), connection: null }, dns);
  expect(await file(await signed(mail()))).toMatchObject({ spf: "none", dkim: "pass", dmarc: "pass" });
  expect(await file(mail())).toMatchObject({ spf: "none", dkim: "none", dmarc: "none" });
});
