import type { InboundMailRow } from "@permanence/mail";

/** What the chain keeps of a mail: which one, and the digest of its bytes, so that nobody can put another in its place. */
export function rawMail({ inbound_mail_id, sha256 }: Pick<InboundMailRow, "inbound_mail_id" | "sha256">) {
  return { inboundMailId: inbound_mail_id, sha256: sha256.toString("hex") };
}
