import { expect, test } from "vitest";
import type { DeliveryReason } from "./report.ts";
import { codesIn } from "./report-codes.ts";
import { isPermanent, ownStatus, reasonOf } from "./report-reason.ts";

/** A diagnostic with what stands in it, as it is judged. */
function judged(diagnostic: string) {
  const refusal = { ...codesIn(diagnostic, true), diagnostic };
  const reason = reasonOf(refusal);
  return { reason, permanent: isPermanent(reason, refusal) };
}

const RCPT = " (in reply to RCPT TO command)";

test.each<[DeliveryReason, boolean, string]>([
  ["user-unknown", true, "550 5.1.1 who is that?"],
  ["user-unknown", true, `550 <ann@agence.be>: unknown user${RCPT}`],
  ["user-unknown", true, `550 Recipient address rejected: Access denied${RCPT}`],
  ["user-unknown", true, `550 5.5.0 Adresse du destinataire invalide${RCPT}`],
  ["user-unknown", true, `550 Deze gebruiker is onbekend${RCPT}`],
  ["user-unknown", true, "unknown user: ann"],
  ["user-unknown", true, "550 5.1.10 RecipientNotFound; recipient not found"],
  ["filtered", false, "550 unknown user (in reply to end of DATA command)"],
  ["filtered", false, "550 5.2.1 unknown user"],
  ["user-unknown", false, `450 4.1.1 user unknown, for now${RCPT}`],
  ["host-unknown", true, "No such domain."],
  ["host-unknown", true, "Host or domain name not found"],
  ["host-unknown", true, "5.4.4"],
  ["network", false, "Host not found, try again"],
  ["moved", true, "550 5.1.6 gone"],
  ["moved", true, "550 Ann has moved to another company"],
  ["accepts-no-mail", true, "556 5.1.10 the domain publishes a null MX"],
  ["mailbox-full", false, "552 5.1.1 mailbox of ann is full"],
  ["mailbox-full", false, "552 La boîte du destinataire est pleine"],
  ["suspended", false, "550 5.2.1 This account is disabled."],
  ["too-big", false, "552 5.3.4 message too big"],
  ["relaying", false, "550 5.7.1 relaying denied"],
  ["unauthenticated", false, "550 5.7.1 fails the domain's DMARC policy"],
  ["sender-rejected", false, "550 5.1.8 what domain is that?"],
  ["sender-rejected", false, "550 5.7.1 sender address rejected: domain not found"],
  ["reverse-dns", false, "554 your address has no PTR record"],
  ["blocked", false, "553 5.1.3 https://www.spamhaus.org/query/ip/192.0.2.1"],
  ["spam", false, "554 this looks like spam"],
  ["virus", false, "554 a virus was found"],
  ["policy", false, "550 refused by local policy"],
  ["expired", false, "retry timeout exceeded"],
  ["network", false, "lost connection with mx.agence.be"],
  ["unclear", false, "550 nope"],
  ["undefined", false, ""],
])("%s, %s: %s", (reason, permanent, diagnostic) => {
  expect(judged(diagnostic)).toEqual({ reason, permanent });
});

test("what a server says before it heard of the recipient condemns no address", () => {
  expect(judged("550 no such domain (in reply to MAIL FROM command)").permanent).toBe(false);
  expect(judged("501 invalid domain, my name was rejected").permanent).toBe(false);
});

test.each<[string, DeliveryReason, string]>([
  ["5.0.911", "user-unknown", ""],
  ["5.0.922", "mailbox-full", "552 full"],
  ["4.0.922", "mailbox-full", "452 full"],
  ["4.0.947", "expired", "retry timeout exceeded"],
  ["5.0.901", "blocked", "after MAIL FROM:<desk@desk.example>: 550 no"],
  ["5.0.900", "undefined", ""],
])("without a status it is %s: %s", (status, reason, diagnostic) => {
  expect(ownStatus(reason, { ...codesIn(diagnostic, true), diagnostic })).toBe(status);
});
