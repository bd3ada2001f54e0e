import type { Messages } from "#lib/messages/fr.ts";
import { refusalInWords } from "#lib/messages/refusals.ts";

type Code = keyof Messages["sentence"];

/** What the desk says of mail and tickets in English, to programs and for its records, by what pages call it. One group
 *  at most, which goes into the translation. */
export const DESK_SENTENCES: [RegExp, Code][] = [
  [/^The words of the mail speak for it\.$/, "byWords"],
  [/^The words of the mail say too little: somebody is to classify it\.$/, "unclassified"],
  [/^Of the incident that it is part of\.$/, "byIncident"],
  [/^The customer answered that their work has stopped\.$/, "byCustomer"],
  [/^Said by the agent who opened it\.$/, "byAgent"],
  [/^It is larger than ([\d.]+) MB\.$/, "tooLarge"],
  [/^Its parts nest more than (\d+) levels deep\.$/, "tooDeep"],
  [/^It has more than (\d+) parts\.$/, "tooManyParts"],
  [/^Its headers are larger than ([\d.]+) MB\.$/, "headersTooLarge"],
  [/^It has more than (\d+) header fields\.$/, "tooManyHeaders"],
  [/^Reading it took longer than ([\d.]+) seconds\.$/, "tooSlow"],
  [/^Reading it took more memory than a mail may\.$/, "tooHeavy"],
  [/^The thread that read it ended\.$/, "readerEnded"],
  [/^Reading it failed: (.*)$/, "notRead"],
  [/^It could not be filed: (.*)$/, "notFiled"],
  [/^It names no sender that could be answered\.$/, "noSender"],
  [/^Its sender is one of the desk's own mailboxes: answering it would go in circles\.$/, "ownMailbox"],
  [/^The same mail had come already\.$/, "twin"],
  [/^Another mail with other contents came under the same Message-ID\.$/, "sameId"],
  [/^It names ticket (\d+), where its sender may not write; it became a ticket of its own\.$/, "stranger"],
  [/^Its sender is blocked\.$/, "blocked"],
  [/^Its sender has written the very same within the hour and had a notice of it, .*$/, "saidAgain"],
  [/^It bears the subject of a notice that went to its sender moments ago, .*$/, "answersNotice"],
  [/^More than \d+ requests came from (?:its sender|\S+) within an hour\.$/, "floodFromSender"],
  [/^More than \d+ requests came to this mailbox within an hour\.$/, "floodToMailbox"],
  [/^It names no mail of this desk's, and moves nothing\.$/, "unknownMail"],
  [/^It reports: (?:failed)\.$/, "reportsFailed"],
  [/^It reports: (?:delivered)\.$/, "reportsDelivered"],
  [/^It reports: (?:displayed)\.$/, "reportsDisplayed"],
  [/^It moves nothing\. (.*)$/, "movesNothing"],
  [/^It does not say what became of the mail\.$/, "saysNothing"],
  [/^It is about another mail than it was sent for\.$/, "aboutAnother"],
  [/^It is a complaint\.$/, "complaint"],
  [/^It does not name whom the mail was sent to\.$/, "namesNobody"],
  [/^A success counts only where it gives back the mail's own envelope id\.$/, "successUnproven"],
  [/^It was handed to a system that reports nothing, which proves no receipt\.$/, "relayed"],
  [/^It is still on its way\.$/, "onItsWay"],
  [/^It was sent on to a list's members\.$/, "expanded"],
  [/^The reader's program does not say that it was displayed\.$/, "notDisplayed"],
  [/^It did not come to the address that the mail asked it for\.$/, "wrongAddress"],
  [/^out-of-office$/, "away"],
  [/^list$/, "list"],
  [/^challenge$/, "challenge"],
  [/^other$/, "machine"],
  [/^It waited too long to be worth sending\.$/, "waitedTooLong"],
  [/^(.*) told the customer on the phone\.$/, "toldByPhone"],
  [/^(\S+) answered with the ticket's token\.$/, "answeredWithToken"],
  [/^The customer (?:had the ticket before them|answered|opened it), signed in\.$/, "seenInPortal"],
  [/^The browser that sent the request came for the page that confirms it\.$/, "seenOnScreen"],
  [/^The ticket is closed already\. Reopen it first\.$/, "closedAlready"],
  [/^The ticket is not closed, so there is nothing to take back\.$/, "notClosed"],
  [/^The customer's address is none that mail can be sent to\. Nothing was saved\.$/, "unsendable"],
  [/^The customer's address is the desk's own: no notice can go there\.$/, "deskAddress"],
  [/^This mail belongs to a ticket already, or is still being read\.$/, "filedAlready"],
  [/^The mail names nobody who could be answered\. Send contact with .*$/, "nobodyToAnswer"],
  [/^Anybody can have an address there: it says nothing of where its owner works\.$/, "publicProvider"],
  [/^This domain was confirmed for another organisation\. Take that back first\.$/, "domainTaken"],
];

/** A sentence of the desk's in the reader's language. What these pages do not know, or a person wrote, stays as it is. */
export function inWords(text: string, m: Messages): string {
  for (const [pattern, code] of DESK_SENTENCES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const sentence = m.sentence[code];
    return typeof sentence === "string" ? sentence : sentence(inWords(found[1] ?? "", m));
  }
  return refusalInWords(text, m) ?? text;
}

/** Where a piece of evidence comes from, in the reader's language. */
export function sourceInWords(source: string, m: Messages): string {
  const code = source === "no failure came back" ? "presumption" : source;
  return Object.hasOwn(m.source, code) ? m.source[code as keyof Messages["source"]] : source;
}
