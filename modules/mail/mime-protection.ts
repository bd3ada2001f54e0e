import { cmsKindOf, signedContentOf } from "./mime-cms.ts";
import { type Entity, fieldOf, readEntity } from "./mime-entity.ts";
import { decodeBody } from "./mime-transfer.ts";

export type MailProtection = {
  /** What the form says. No signature is verified. */
  kind: "signed" | "encrypted";
  scheme: "openpgp" | "smime";
};

const NAMES = { openpgp: "OpenPGP", smime: "S/MIME" } as const satisfies Record<MailProtection["scheme"], string>;

export const encryptedWarning = (scheme: MailProtection["scheme"]): string =>
  `The mail is encrypted (${NAMES[scheme]}); only who has its key can read its text.`;

export type Unwrapped = {
  /** Where the body is: within an S/MIME signature that holds what it signs, else the message itself. */
  content: Entity;
  protection: MailProtection | null;
};

/** Whether a message is signed or encrypted, by the form of its parts (RFC 1847, 3156, 8551). */
export function unwrapMessage(root: Entity, warnings: Set<string>, depth = 0): Unwrapped {
  const parts = allParts(root);
  if (parts.some(isPgpEncrypted)) return { content: root, protection: { kind: "encrypted", scheme: "openpgp" } };
  const cms = parts.find(isCms);
  if (cms !== undefined) return unwrapCms(root, cms, warnings, depth);
  const signed = parts.find((part) => part.type.value === "multipart/signed");
  const scheme = signed === undefined ? null : schemeOf(signed);
  return { content: root, protection: scheme === null ? null : { kind: "signed", scheme } };
}

/** With what OpenPGP's lines within the text say. Encryption outweighs a signature around it. */
export function protectionWith(protection: MailProtection | null, armor: MailProtection["kind"] | null) {
  const isOuter = armor === null || (protection !== null && armor === "signed");
  return isOuter ? protection : ({ kind: armor, scheme: "openpgp" } satisfies MailProtection);
}

/** The message and its parts, not those of messages that are attached to it. */
const allParts = (entity: Entity): Entity[] => [entity, ...entity.parts.flatMap(allParts)];

/** RFC 3156, section 4: "Version: 1" stands before what is encrypted, also where a server made another multipart of
 *  it. A file that somebody encrypted and attached has the same type. */
const isPgpEncrypted = ({ type, body }: Entity): boolean =>
  type.value === "multipart/encrypted" ||
  (type.value === "application/pgp-encrypted" &&
    body.length < 200 &&
    /^\s*Version: ?1\s*$/.test(body.toString("latin1")));

function schemeOf({ type, parts }: Entity): MailProtection["scheme"] | null {
  const protocol = type.params.get("protocol")?.toLowerCase() ?? parts[1]?.type.value ?? "";
  if (protocol.includes("pgp-signature")) return "openpgp";
  return /pkcs7-(signature|mime)/.test(protocol) ? "smime" : null;
}

/** Some gateways forget the type and keep the name. */
function isCms({ type, disposition }: Entity): boolean {
  if (/^application\/(x-)?pkcs7-mime$/.test(type.value)) return true;
  const name = disposition.params.get("filename") ?? type.params.get("name") ?? "";
  return type.value === "application/octet-stream" && /^smime\.p7m$/i.test(name);
}

function unwrapCms(root: Entity, part: Entity, warnings: Set<string>, depth: number): Unwrapped {
  const kind = cmsKindOf(decoded(part, 1024)) ?? declaredKind(part);
  if (kind === "encrypted") return { content: root, protection: { kind, scheme: "smime" } };
  if (kind !== "signed") return { content: root, protection: null };

  const content = signedContentOf(decoded(part, part.body.length));
  if (part !== root || content === null || content.length === 0 || depth >= DEEPEST) {
    warnings.add("The text is inside of a signature (S/MIME) that was not opened.");
    return { content: root, protection: { kind, scheme: "smime" } };
  }
  const inside = unwrapMessage(readEntity(content, warnings), warnings, depth + 1);
  const isEncrypted = inside.protection?.kind === "encrypted"; // RFC 2634: signed, encrypted, and signed again.
  return { content: inside.content, protection: isEncrypted ? inside.protection : { kind, scheme: "smime" } };
}

/** A signature around a signature, a hundred thousand times: each is read as a message. Real ones stand three deep. */
const DEEPEST = 3;

function decoded(part: Entity, mostBytes: number): Buffer {
  const { bytes } = decodeBody(part.body.subarray(0, mostBytes), fieldOf(part, "content-transfer-encoding") ?? "");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** RFC 8551, section 3.2.2. Without a word most are encrypted. */
function declaredKind({ type }: Entity): "signed" | "encrypted" | null {
  const declared = type.params.get("smime-type")?.toLowerCase() ?? "enveloped-data";
  if (declared.startsWith("signed")) return "signed";
  return declared.includes("enveloped") ? "encrypted" : null;
}
