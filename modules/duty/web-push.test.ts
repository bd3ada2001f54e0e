import { createECDH, createPublicKey, randomBytes, verify } from "node:crypto";
import { testDatabase, type TestDatabase } from "@permanence/database";
import { seededRandom, VirtualClock } from "@permanence/kernel";
import { applyDesk } from "@permanence/people";
import { TEMPLATES } from "@permanence/tickets";
import { decrypt } from "http_ece";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DESK_YAML, START } from "./duty-test-desk.ts";
import { isPushKey, pushKeys, pushRequest } from "./web-push.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A browser's subscription, as PushManager makes it. */
function browser() {
  const ecdh = createECDH("prime256v1");
  const p256dh = ecdh.generateKeys().toString("base64url");
  return { ecdh, auth: randomBytes(16), p256dh };
}

test("a page is readable by the browser that subscribed, and proves whose it is", async () => {
  const world = { clock: new VirtualClock(START), random: seededRandom("push") };
  const applied = await applyDesk(database.db, world, { deskYaml: DESK_YAML, templates: [] }, TEMPLATES);
  if ("errors" in applied) throw new Error(JSON.stringify(applied.errors));
  const { deskId } = applied;
  const both = await Promise.all(
    [1, 2].map(() => database.db.transaction(deskId, (tx) => pushKeys(tx, deskId))), // Two who ask at once.
  );
  expect(both[0]).toEqual(both[1]);
  const { ecdh, auth, p256dh } = browser();
  const endpoint = "https://push.example/send/abc";
  const { url, headers, body } = pushRequest(
    { endpoint, p256dh, auth: auth.toString("base64url") },
    { keys: both[0]!, payload: { title: "Urgent" }, topic: "abc", contact: "mailto:aide@desk.example" },
  );
  expect(url).toBe(endpoint);
  const plain = decrypt(Buffer.from(body), {
    version: "aes128gcm",
    privateKey: ecdh,
    authSecret: auth.toString("base64url"),
  });
  expect(JSON.parse(plain.toString())).toEqual({ title: "Urgent" });
  expect(headers).toMatchObject({ Urgency: "high", Topic: "abc" });
  const [, token = "", key = ""] = /^vapid t=([^,]+), k=(.+)$/.exec(headers["Authorization"]!)!;
  expect(key).toBe(both[0]!.publicKey);
  expect(isSigned(token, key)).toBe(true);
  expect(JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString())).toMatchObject({
    aud: "https://push.example",
  });
});

/** RFC 8292: an ES256 token over the service's origin, signed by the key that the browser subscribed to. */
function isSigned(token: string, key: string): boolean {
  const [head, claims, signature] = token.split(".");
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const publicKey = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  return verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature!, "base64url"));
}

test("keys that no browser would make are refused", () => {
  const { p256dh, auth } = browser();
  const good = { p256dh, auth: auth.toString("base64url") };
  expect(isPushKey(good)).toBe(true);
  for (const bad of [
    { ...good, p256dh: "x" },
    { ...good, auth: "x" },
    { p256dh: good.auth, auth: good.p256dh },
  ])
    expect(isPushKey(bad)).toBe(false);
});
