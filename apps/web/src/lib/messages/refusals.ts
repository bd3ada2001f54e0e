import type { Messages } from "#lib/messages/fr.ts";

type Code = keyof Messages["refusal"];

/** Why the API refuses what a form says, in English, by what pages call it. One group at most, which goes into the
 *  translation. The API itself is for programs too, which want one language. */
export const REFUSALS: [RegExp, Code][] = [
  [/^must not be empty$/, "empty"],
  [/^must be a text(?:: put it between quotes)?$/, "text"],
  [/^must be at most (\d+) characters$/, "tooLong"],
  [/^must be at least (\d+) characters$/, "tooShort"],
  [/^must be at least (\d+)$/, "atLeast"],
  [/^must be at most (\d+)$/, "atMost"],
  [/^must be one of ((?!those|the policies).*)$/, "oneOf"],
  [/^must be a duration such as (.*)$/, "duration"],
  [/^must be a time of day such as (.*)$/, "time"],
  [/^must be two times, such as (.*)$/, "times"],
  [/^must not be empty: it ends when it starts$/, "noSpan"],
  [/^must be open at some time$/, "neverOpen"],
  [/^must not overlap another span, past midnight included$/, "overlap"],
  [/^must be (?:the name of a time zone|a time zone such as .*)$/, "zone"],
  [/^must be a day that exists: (.*)$/, "day"],
  [/^must be a day that exists, such as (.*)$/, "date"],
  [/^must be a day such as "12-25", or a day of which (.*)$/, "holiday"],
  [/^must have one span at least$/, "oneSpan"],
  [/^must be a (?:whole number|list of whole numbers) of per cent$/, "percent"],
  [/^must be one of those under at$/, "underAt"],
  [/^must be per cent such as 80, or "breach"$/, "ruleAt"],
  [/^must raise or assign$/, "ruleDoes"],
  [/^must be an e-mail address$/, "address"],
  [/^must be a (?:date|day) such as (?:"?20.*)$/, "date"],
  [/^must not lie before the first day$/, "beforeFirst"],
  [/^must lie at most ten years before the last day$/, "tenYears"],
  [/^holdsFrom lies in the past, and what was promised then stays\. (.*)$/, "past"],
  [/^This desk has no policy "(.*)"\. Nothing was saved\.$/, "noPolicy"],
  [/^This desk has no calendar "(.*)"\. Nothing was saved\.$/, "noCalendar"],
  [/^Mail cannot wait for a day to come\. (.*)$/, "future"],
  [/^Mail is taken from an earlier day on already\. (.*)$/, "takenAlready"],
  [/^History begins before the day from which mail is taken\. (.*)$/, "notOlder"],
  [/^No mail of this address is fetched by IMAP\.$/, "notFetched"],
  [/^This is mail from before the desk took over, kept as history: (.*)$/, "history"],
  [/^A notice goes to the customer's own addresses\. (.*)$/, "otherAddress"],
  [/^Nobody with this id works at this desk\.(?: .*)?$/, "noAgent"],
  [/^(.*) has it already\. Nothing was changed.*$/, "hasIt"],
  [/^Nobody is wanted any more: (.*)$/, "notWanted"],
  [/^This desk has no such rota, or the rota has no such level\. (.*)$/, "noRota"],
  [/^The window must end after it begins, (.*)$/, "noWindow"],
  [/^(.*) is put on duty from .* already\. (?:.*)$/, "arranged"],
  [/^The two stretches overlap\. (.*)$/, "stretchesOverlap"],
  [/^Each stretch must be one person's, (.*)$/, "notOnePersons"],
  [/^Both stretches are the same person's already\. (.*)$/, "samePersons"],
  [/^Somebody on the rota does not work at this desk\. (.*)$/, "strangerOnRota"],
  [/^The rota "(.*)" has the priority \w+ already\. (?:.*)$/, "priorityTaken"],
  [/^This desk has no calendar "(.*)"\. Nothing was saved: (?:.*)$/, "noSuchCalendar"],
  [/^The address .* own network.*$/, "ownNetwork"],
  [/^The address (?:must be an https).*$/, "onlyHttps"],
  [/^must name one person at least: (.*)$/, "onePerson"],
  [/^must have one level at least: (.*)$/, "oneLevel"],
  [/^must name one (?:day of the week|time|priority) at least$/, "oneAtLeast"],
  [/^must not name a (?:day|priority) twice$/, "notTwice"],
  [/^must (?:name|have) at most (\d+) (?:people|times|rotations|levels)$/, "tooMany"],
  [/^must have one rotation at least$/, "oneRotation"],
  [/^must be in ascending order$/, "ascending"],
  [/^must be an agent's id$/, "agentId"],
  [/^must be the name of a calendar, or always$/, "calendarName"],
  [/^must be a whole number of minutes$/, "minutes"],
  [/^must be at least (\d+|…) minutes$/, "minutesAtLeast"],
  [/^must be at most (\d+|…) minutes$/, "minutesAtMost"],
  [/^must not be empty: they end when they begin$/, "noHours"],
  [/^The relay has taken this mail\. Nothing was changed\.$/, "tookIt"],
  [/^This sign-in link was used already, or is too old\. (.*)$/, "usedLink"],
  [/^A sender is blocked by a mail address\.$/, "blockAddress"],
  [/^Say why it is declined: .*$/, "whyDeclined"],
  [/^Everybody would read: (.*)\. Nothing was saved: word it without them\.$/, "personal"],
  [/^This suggestion was merged into another\..*$/, "merged"],
  [/^It can be merged into an approved suggestion alone.*$/, "noTarget"],
  [/^This ticket became a suggestion before\..*$/, "suggestedAlready"],
  [/^Nobody can be written to: .*$/, "nobodyToWrite"],
  [/^Twenty of your suggestions and comments wait.*$/, "manyWait"],
  [/^Ways in are changed within half an hour of signing in, in a browser\. (.*)$/, "notFresh"],
  [/^This is no code of that phone now\. (.*)$/, "notThatCode"],
  [/^Codes go with a password\. (.*)$/, "passwordFirst"],
  [/^Set up a phone's codes first\. Nothing was changed\.$/, "codesFirst"],
  [/^The browser's answer proves no new passkey\. (.*)$/, "noNewPasskey"],
  [/^Passkeys need a host with a name\. (.*)$/, "hostWithName"],
  [/^Too many tries\. This one was not looked at: wait (\d+) seconds, .*$/, "tooManyTries"],
  [/^This is the desk's last administrator: (.*)$/, "lastAdmin"],
  [/^Nobody gives a role that may do more than their own\. (.*)$/, "roleTooHigh"],
  [/^Somebody with this address works here already, (.*)$/, "worksHere"],
  [/^This address is invited already\. (.*)$/, "invitedAlready"],
  [/^This invitation was accepted or taken back already\.$/, "invitationGone"],
  [/^You have no such (?:session|passkey)\.$/, "notYours"],
  [/^There is no such token any more\.$/, "tokenGone"],
  [/^There is nothing at this address\.$/, "nothingHere"],
  [
    /^(?:This desk has|There is) no such (?:ticket|suggestion|mail|alert|organisation|contact|team|tag|view|policy|calendar|call-out|rota|message or attachment)\b.*$/,
    "noSuch",
  ],
  [/^Tickets of this person are open: .*$/, "openTickets"],
  [/^This was handled already, or taken back\. .*$/, "handledAlready"],
  [/^This time has passed already\. (.*)$/, "pastTime"],
  [/^One of its clocks is near its end or past it, (.*)$/, "clockNear"],
  [/^There is no such time any more today\. (.*)$/, "nothingLater"],
  [/^Another team has this name already\. (.*)$/, "teamTaken"],
  [/^Another tag has this name already\. (.*)$/, "tagTaken"],
  [/^A tag cannot be merged into itself\. (.*)$/, "mergeItself"],
  [/^The rule "(.*)" names .* this desk.*$/, "ruleUnknown"],
  [/^There are (\d+) such views already\. .*$/, "tooManyViews"],
  [/^must not give one key two things to do$/, "keyTwice"],
  [/^must be one character that a keyboard has$/, "oneKey"],
  [/^must name a team, an agent or a tag$/, "ruleGives"],
  [/^must name a team, and no agent, where the least loaded of it is meant$/, "ruleLeast"],
  [/^The line names neither an organisation nor a person\.$/, "lineEmpty"],
  [/^The line gives domains or a contract to no organisation\.$/, "lineNoOrganisation"],
  [/^No organisation has the external id "(.*)", and the line names none\.$/, "noExternalId"],
  [/^Several organisations are called "(.*)"\. .*$/, "severalCalled"],
  [/^"(.*)" is no mail domain, such as agence\.be\.$/, "noDomain"],
  [/^Anybody can have an address at (.*): it makes .*$/, "publicDomain"],
  [/^Anybody can have an address there: (?:.*)$/, "publicDomainHere"],
  [/^The domain .* was confirmed for another organisation, (.*)\.$/, "domainOf"],
  [/^This domain was confirmed for another organisation\. (?:.*)$/, "domainOfAnother"],
  [/^With your role you may not confirm mail domains\.$/, "roleDomains"],
  [/^With your role you may not say which contract an organisation has\.$/, "roleContracts"],
  [/^This desk has no policy "(.*)"\.$/, "noPolicyLine"],
  [/^"(.*)" is no mail address\.$/, "noAddress"],
  [/^This is no mail address\. Nothing was saved\.$/, "noAddressHere"],
  [/^Nobody is known by this line, and (?:.*)$/, "nobodyKnown"],
  [/^(.*) is an address of somebody else\. If .*$/, "addressElse"],
  [/^Whoever has this address has another external id, "(.*)"\.$/, "otherExternalId"],
  [/^"(.*)" is no language of this desk: .*$/, "noLanguage"],
  [/^"(.*)" in the column sees is neither own nor organisation\.$/, "seesWhat"],
  [/^Line (\d+) says .* of the same one, not .*$/, "saidOtherwise"],
  [/^The column \w+ has at most (\d+) characters\.$/, "columnTooLong"],
  [/^A cell has more than (\d+) characters\. .*$/, "columnTooLong"],
  [/^The quotation marks do not match: .* \(line (\d+)\)\.$/, "badQuotes"],
  [/^There is no column "(.*)"\. Columns: .*$/, "noColumn"],
  [/^The column "(.*)" stands there twice\. .*$/, "columnTwice"],
  [/^The first line must name the columns: (?:.*)$/, "noHeader"],
  [/^The file is empty\. (?:.*)$/, "fileEmpty"],
  [/^This is no text\. (?:.*)$/, "noText"],
  [/^The file has more than (\d+) lines\. .*$/, "tooManyLines"],
  [/^The address is that of another contact, (.*)\. Nothing was saved: .*$/, "contactTaken"],
  [/^Another contact has the external id "(.*)"\. Nothing was saved\.$/, "externalIdTaken"],
  [/^Another organisation has this external id\. Nothing was saved\.$/, "externalIdOfAnother"],
  [/^It is the contact's only address\. (?:.*)$/, "lastAddress"],
  [/^Both have something else here: (?:.*)$/, "undecided"],
  [/^Both are one contact already\. Nothing was changed\.$/, "oneAlready"],
  [/^(?:The contact|The organisation|One of the two) was changed meanwhile\. (?:.*)$/, "changedMeanwhile"],
  [/^The customers changed after this was shown, (?:.*)$/, "importChanged"],
  [/^This file is taken over already\.$/, "importDone"],
  [/^The mails of this ticket have more than 150 MB, too much for one file\.$/, "tooMuchProof"],
];

/** Where in the request: "json.document.week.fri.0". */
const PLACE = /^(?:json|query|header)((?:\.[\w-]+)+): (.*)$/;

/** A refusal in the reader's language, with the place that it names; null where these pages do not know it. */
export function refusalInWords(text: string, m: Messages): string | null {
  const placed =
    PLACE.exec(text) ??
    /^((?:week|holidays|openings|response|targets|warnings|escalation)(?:\.[\w-]+)*): (.*)$/.exec(text);
  if (placed) return m.pair(placeInWords(placed[1]!, m), refusalInWords(placed[2]!, m) ?? placed[2]!);
  for (const [pattern, code] of REFUSALS) {
    const found = pattern.exec(text);
    if (!found) continue;
    const sentence = m.refusal[code];
    return typeof sentence === "string" ? sentence : sentence(found[1] ?? "");
  }
  return null;
}

function placeInWords(place: string, m: Messages): string {
  const words: Record<string, string> = {
    ...m.promises.day,
    ...m.priority,
    ...m.refusalPlace,
    ...{ response: m.clock.target.response, firstReply: m.clock.target["first-reply"] },
    ...{ nextReply: m.clock.target["next-reply"], resolution: m.clock.target.resolution },
  };
  const parts = place.split(".").filter((part) => part !== "" && !SILENT.has(part));
  const named = parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : (words[part] ?? part)));
  return named.join(", ");
}

/** They say nothing to whoever sees the form. */
const SILENT = new Set(["document", "week", "targets", "by", "contact"]);
