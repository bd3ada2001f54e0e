import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson, type Instant } from "@permanence/kernel";
import { z } from "zod";
import type { Step } from "./digest-tree.ts";

// A proof is one file: canonical JSON with one line end behind it, so that each byte of it is determined by what it says;
// its body is signed with the desk's Ed25519 key (RFC 8032). docs/decisions/proof-files.md.

export const FORMAT = "permanence-proof/1";

const hex = (bytes: number) => z.string().regex(new RegExp(`^([0-9a-f]{2}){${bytes}}$`));
const Digest = hex(32);
const At = z.int().transform((at) => at as Instant);

const EventSchema = z.strictObject({
  sequence: z.int(),
  at: At,
  type: z.string(),
  actor: z.string(),
  /** Null once erased by law, the salt with it. */
  data: z.record(z.string(), z.unknown()).nullable(),
  salt: z
    .string()
    .regex(/^([0-9a-f]{2})+$/)
    .nullable(),
  contentDigest: Digest,
  digest: Digest,
});
export type ProvenEvent = z.infer<typeof EventSchema>;

const MailSchema = z.strictObject({
  /** "inbound": of the customer, or a machine's report; "outgoing": a notice or reply of the desk. */
  direction: z.enum(["inbound", "outgoing"]),
  id: z.string(),
  at: At,
  sha256: Digest,
  /** Base64; null once erased. */
  bytes: z.string().nullable(),
});

const ClockSchema = z.strictObject({
  target: z.string(),
  title: z.string(),
  startedAt: At,
  dueAt: At,
  stoppedAt: At.nullable(),
  outcome: z.enum(["running", "pending", "met", "breached", "void"]),
  receipt: z.enum(["presumed", "delivered", "displayed"]).nullable(),
  sentences: z.array(z.string()),
});

const StepSchema = z.strictObject({ side: z.enum(["left", "right"]), digest: Digest }) satisfies z.ZodType<Step>;
const DaySchema = z.strictObject({
  day: z.iso.date(),
  sequence: z.int(),
  path: z.array(StepSchema).max(64),
  count: z.int(),
  previous: Digest,
  head: Digest,
  /** A TimeStampToken's answer (RFC 3161) over the head, DER in base64. */
  stamp: z.string().nullable(),
});
export type ProvenDay = z.infer<typeof DaySchema>;

const BodySchema = z.strictObject({
  format: z.literal(FORMAT),
  madeAt: At,
  timeZone: z.string(),
  language: z.string(),
  desk: z.strictObject({ id: z.string(), slug: z.string(), name: z.string() }),
  ticket: z.strictObject({ id: z.string(), number: z.int() }),
  events: z.array(EventSchema).min(1),
  mails: z.array(MailSchema),
  clocks: z.array(ClockSchema),
  days: z.array(DaySchema),
});
export type ProofBody = z.infer<typeof BodySchema>;

const ProofSchema = z.strictObject({
  body: BodySchema,
  signature: z.strictObject({ algorithm: z.literal("Ed25519"), publicKey: hex(32), value: hex(64) }),
});
export type Proof = z.infer<typeof ProofSchema>;

/** The file's text. @param privateKey PKCS #8 */
export function writeProof(body: ProofBody, privateKey: Buffer): string {
  const key = createPrivateKey({ key: privateKey, format: "der", type: "pkcs8" });
  const value = sign(null, signedBytes(body), key).toString("hex");
  const publicKey = rawPublicKey(createPublicKey(key)).toString("hex");
  return canonicalText({ body, signature: { algorithm: "Ed25519", publicKey, value } });
}

export type Unreadable = "no-json" | "other-format" | "incomplete" | "not-as-written";

/** What the file says, where it is one and stands as it was written, byte by byte. */
export function readProof(bytes: Buffer): { proof: Proof } | { unreadable: Unreadable; where: string } {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return { unreadable: "no-json", where: "" };
  }
  if ((json as { body?: { format?: unknown } } | null)?.body?.format !== FORMAT)
    return { unreadable: "other-format", where: "" };
  const read = ProofSchema.safeParse(json);
  if (!read.success) return { unreadable: "incomplete", where: read.error.issues[0]!.path.join(".") };
  if (!Buffer.from(canonicalText(json)).equals(bytes)) return { unreadable: "not-as-written", where: "" };
  return { proof: json as Proof }; // Not what zod made of it: the very file.
}

export function isSigned({ body, signature: { publicKey, value } }: Proof): boolean {
  return verify(null, signedBytes(body), keyFrom(publicKey), Buffer.from(value, "hex"));
}

function canonicalText(proof: unknown): string {
  return `${canonicalJson(proof)}\n`;
}

function signedBytes(body: ProofBody): Buffer {
  return Buffer.from(`${FORMAT}\n${canonicalJson(body)}`);
}

// RFC 8410: what stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo.
const KEY_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

function keyFrom(publicKey: string): KeyObject {
  return createPublicKey({
    key: Buffer.concat([KEY_PREFIX, Buffer.from(publicKey, "hex")]),
    format: "der",
    type: "spki",
  });
}

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: "der", type: "spki" }).subarray(KEY_PREFIX.length);
}

/** A new key pair: the public one as its 32 bytes, the private one as PKCS #8. */
export function keyPairOf({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) {
  return { publicKey: rawPublicKey(publicKey), privateKey: privateKey.export({ format: "der", type: "pkcs8" }) };
}
