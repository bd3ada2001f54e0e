/** What a check came to, in the words of RFC 8601. `temperror` is a DNS that did not answer: not known, never a failure. */
export const CHECK_RESULTS = ["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"] as const;
export type CheckResult = (typeof CHECK_RESULTS)[number];

/** What is known of who sent a mail. */
export type Authentication = {
  spf: CheckResult;
  dkim: CheckResult;
  dmarc: CheckResult;
  arc: CheckResult;
  /** What the domain's owner asks to be done with mail that fails DMARC; null where that is not known. */
  policy: "none" | "quarantine" | "reject" | null;
  /** "ourselves", or the authserv-id (RFC 8601, section 2.5) of the server that checked and is trusted. */
  by: string;
  /** In whose name the mail is: the domain that `dmarc` is about. */
  domain: string | null;
};

/** Who checked, where it was this program. */
export const OURSELVES = "ourselves";

/** In words: whether a mail proves to be from where it says. Most mail of the world is unproven, and is no worse for it. */
export const SENDER_PROOFS = ["proven", "unproven", "forged"] as const;
export type SenderProof = (typeof SENDER_PROOFS)[number];

/**
 * Forged is what fails the DMARC of the domain in whose name it is, where its owner asks that such mail be kept away
 * (quarantine, reject). Owners with the policy `none` ask for nothing: their lists and forwarders break such checks
 * daily. A trusted server that tells no policy is taken at its word.
 */
export function senderProof(authentication: Authentication | null): SenderProof {
  if (authentication?.dmarc === "pass") return "proven";
  return authentication?.dmarc === "fail" && authentication.policy !== "none" ? "forged" : "unproven";
}
