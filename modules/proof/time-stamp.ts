import { webcrypto } from "node:crypto";
import * as asn1js from "asn1js";
import * as pkijs from "pkijs";
import { sha256 } from "./digest-tree.ts";

// A time-stamping authority (RFC 3161) confirms that data existed at an instant: here the 32 bytes of a head, of which it is
// given the SHA-256. Over HTTP, as its section 3.4 says.

pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto as unknown as Crypto }));

const SHA256 = "2.16.840.1.101.3.4.2.1";
const GRANTED = new Set([0, 1]); // granted, grantedWithMods
const ANSWER_WITHIN_MS = 20_000;
const LONGEST_ANSWER = 100_000;

export type Stamp = { at: Date; authority: string };

/** The authority's answer for a head, checked. Throws with a sentence where there is none or it confirms something else.
 *  @param nonce random, so that an old answer cannot be sent again */
export async function requestStamp(url: string, head: Buffer, nonce: Buffer): Promise<Buffer> {
  const request = new pkijs.TimeStampReq({
    version: 1,
    messageImprint: imprintOf(head),
    certReq: true,
    nonce: new asn1js.Integer({ valueHex: positive(nonce) }),
  });
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/timestamp-query" },
    body: new Uint8Array(request.toSchema().toBER()),
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`The time-stamping authority answered ${response.status}.`);
  const answer = Buffer.from(await response.arrayBuffer());
  if (answer.length > LONGEST_ANSWER) throw new Error("The time-stamping authority's answer is too long to be one.");
  const found = await readStamp(answer, head);
  if ("wrong" in found) throw new Error(found.wrong);
  return answer;
}

/** What an answer confirms of a head, where its signature and contents agree. Whether one trusts the authority is for the
 *  reader to say, who sees its name. */
export async function readStamp(answer: Buffer, head: Buffer): Promise<Stamp | { wrong: string }> {
  try {
    const response = pkijs.TimeStampResp.fromBER(new Uint8Array(answer));
    if (!GRANTED.has(response.status.status) || !response.timeStampToken)
      return { wrong: "The time-stamping authority refused the request." };
    const signed = new pkijs.SignedData({ schema: response.timeStampToken.content });
    const content = signed.encapContentInfo.eContent!.getValue();
    const info = pkijs.TSTInfo.fromBER(content);
    if (!Buffer.from(info.messageImprint.hashedMessage.valueBlock.valueHexView).equals(sha256(head)))
      return { wrong: "The time stamp is of something else." };
    const [certificate] = (signed.certificates ?? []) as pkijs.Certificate[];
    if (!certificate) return { wrong: "The time stamp names no authority." };
    if (!(await signed.verify({ signer: 0, data: new Uint8Array(head).buffer, checkChain: false })))
      return { wrong: "The time stamp's signature does not hold." };
    return { at: info.genTime, authority: nameOf(certificate) };
  } catch (error) {
    return { wrong: `The time stamp cannot be read: ${(error as Error).message}` };
  }
}

function imprintOf(head: Buffer) {
  return new pkijs.MessageImprint({
    hashAlgorithm: new pkijs.AlgorithmIdentifier({ algorithmId: SHA256, algorithmParams: new asn1js.Null() }),
    hashedMessage: new asn1js.OctetString({ valueHex: new Uint8Array(sha256(head)) }),
  });
}

function positive(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[0]! &= 0x7f;
  copy[0]! |= 0x40; // No leading zeros either: DER has one form.
  return copy;
}

/** The common name, else the whole subject. */
function nameOf({ subject }: pkijs.Certificate): string {
  const values = subject.typesAndValues.map(({ type, value }) => ({ type, text: value.valueBlock.value }));
  return values.find(({ type }) => type === "2.5.4.3")?.text ?? values.map(({ text }) => text).join(", ");
}
