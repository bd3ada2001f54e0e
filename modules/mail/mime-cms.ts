// The outermost of the Cryptographic Message Syntax (RFC 5652) that S/MIME sends: what kind it is, and the message
// within a signature. Read, never verified.

export type CmsKind = "signed" | "encrypted" | "other";

/** RFC 5652, sections 5.1 and 6.1; RFC 5083; each with its tag and length. */
const SIGNED_DATA = Buffer.from("06092a864886f70d010702", "hex");
const ENCRYPTED = ["06092a864886f70d010703", "060b2a864886f70d0109100117"].map((oid) => Buffer.from(oid, "hex"));

/** By its type's identifier, which stands at the beginning. */
export function cmsKindOf(bytes: Buffer): CmsKind | null {
  const head = bytes.subarray(0, 40);
  if (head[0] !== SEQUENCE) return null;
  if (head.includes(SIGNED_DATA)) return "signed";
  return ENCRYPTED.some((oid) => head.includes(oid)) ? "encrypted" : "other";
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const OBJECT_ID = 0x06;
const OCTET_STRING = 0x04;
const OCTET_STRING_IN_PIECES = 0x24;
const EXPLICIT_0 = 0xa0;

/** The content that is signed: ContentInfo, SignedData, EncapsulatedContentInfo, OCTET STRING. Null where the bytes
 *  are formed otherwise. */
export function signedContentOf(bytes: Buffer): Buffer | null {
  const signedData = inside(inside(bytes, [SEQUENCE]), [OBJECT_ID, EXPLICIT_0]);
  const encapsulated = inside(inside(signedData, [SEQUENCE]), [INTEGER, SET, SEQUENCE]);
  const content = inside(encapsulated, [OBJECT_ID, EXPLICIT_0]);
  return content === null ? null : octetsOf(content);
}

type Element = { tag: number; content: Buffer; next: number };

/** What the last of these elements holds, where they stand in this order at the beginning. */
function inside(bytes: Buffer | null, tags: number[]): Buffer | null {
  let rest = bytes;
  let content: Buffer | null = null;
  for (const tag of tags) {
    const element: Element | null = rest === null ? null : elementAt(rest, 0);
    if (element?.tag !== tag) return null;
    content = element.content;
    rest = rest!.subarray(element.next);
  }
  return content;
}

function octetsOf(bytes: Buffer): Buffer | null {
  const element = elementAt(bytes, 0);
  if (element?.tag === OCTET_STRING) return element.content;
  if (element?.tag !== OCTET_STRING_IN_PIECES) return null;
  const pieces: Buffer[] = [];
  for (let at = 0; at < element.content.length;) {
    const piece = elementAt(element.content, at);
    if (piece?.tag !== OCTET_STRING) break; // Also the end of an indefinite length.
    pieces.push(piece.content);
    at = piece.next;
  }
  return Buffer.concat(pieces);
}

/** X.690, section 8.1. An indefinite length reaches to where its surroundings end: what we read never has anything
 *  behind it that we read as well. */
function elementAt(bytes: Buffer, at: number): Element | null {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return null;
  if (first === 0x80) return { tag, content: bytes.subarray(at + 2), next: bytes.length };
  const size = first < 0x80 ? 0 : first & 0x7f;
  if (size > 4 || at + 2 + size > bytes.length) return null;
  const start = at + 2 + size;
  const length = size === 0 ? first : bytes.readUIntBE(at + 2, size);
  return { tag, content: bytes.subarray(start, start + length), next: Math.min(start + length, bytes.length) };
}
