import { expect, test } from "vitest";
import { readDeskFile } from "./desk-file.ts";
import { DESK_YAML } from "./test-desk.ts";

function mistakesOf(deskYaml: string): string[] {
  const read = readDeskFile(deskYaml);
  return "errors" in read ? read.errors.map(({ place, sentence }) => `${place}: ${sentence}`) : [];
}

test("the test's own desk is without mistakes", () => {
  expect(mistakesOf(DESK_YAML)).toEqual([]);
});

// What is replaced, by what, and the beginning of the answer.
test.each([
  [
    "target: 1 h",
    "target: 1 hour",
    'desk.yaml, line 17: policy.urgent.target: "target" must be a duration such as "15 min"',
  ],
  ["target: 1 h", "target: 0 h", 'desk.yaml, line 17: policy.urgent.target: "target" must be a duration'],
  ["target: 1 h, ", "", 'desk.yaml, line 17: policy.urgent.target: "target" is missing.'],
  [
    "waiting: 15 min, calendar",
    "wait: 15 min, calendar",
    'desk.yaml, line 18: policy.high.waiting: "waiting" is missing.',
  ],
  [
    "demands: delivered",
    "demands: proof",
    'desk.yaml, line 17: policy.urgent.demands: "demands" must be one of presumed',
  ],
  [
    "calendar: staffed }",
    "calendar: night }",
    'desk.yaml, line 18: policy.high.calendar: "calendar" must be one of the calendars: staffed (it is "night").',
  ],
  ["workingCalendar: staffed", "", 'desk.yaml, line 1: workingCalendar: "workingCalendar" is missing.'],
  ["slug: agence", "slug: Agence!", 'desk.yaml, line 2: slug: "slug" must consist of lower-case letters'],
  ["name: Agence\n", "name:\n", 'desk.yaml, line 3: name: "name" must be a text'],
  [
    "[fr, nl]",
    "[fr, Dutch]",
    'desk.yaml, line 4: languages.1: An entry of "languages" must be a language in two letters',
  ],
  ["[fr, nl]", "[fr, fr]", 'desk.yaml, line 4: languages: "languages" must not name a language twice.'],
  [
    "timeZone: Europe/Brussels",
    "timeZone: Europe/Bruxelles",
    'desk.yaml, line 5: timeZone: "timeZone" must be a time zone such as "Europe/Brussels" (it is "Europe/Bruxelles").',
  ],
  ["timeZone: Europe/Brussels", 'timeZone: "+01:00"', 'desk.yaml, line 5: timeZone: "timeZone" must be a time zone'],
  ["Help@Agence.be", "helpdesk", 'desk.yaml, line 7: mailboxes.0.address: "address" must be a mail address'],
  ["Help@Agence.be", "help+desk@agence.be", 'desk.yaml, line 7: mailboxes.0.address: "address" must be a mail address'],
  ["Help@Agence.be", "h234567890h234567890h234567890@agence.be", "desk.yaml, line 7: mailboxes.0.address: "],
  [
    "name: Agence }",
    'name: Agence, trustedAuthenticators: ["mx agence"] }',
    'desk.yaml, line 7: mailboxes.0.trustedAuthenticators.0: An entry of "trustedAuthenticators" must be a host name',
  ],
  [
    "mailboxes:\n  - { address: Help@Agence.be, name: Agence }",
    "mailboxes: []",
    'desk.yaml, line 6: mailboxes: "mailboxes" must have one mailbox at least.',
  ],
  [
    "name: Agence }",
    "name: Agence, imap: { user: u } }",
    'desk.yaml, line 7: mailboxes.0.imap.host: "host" is missing.',
  ],
  [
    "name: Agence }",
    "name: Agence, imap: { host: imap.agence.be, user: u, security: none } }",
    'desk.yaml, line 7: mailboxes.0.imap.security: "security" must be tls or starttls: a password goes unencrypted',
  ],
  [
    "name: Agence }",
    "name: Agence, imap: { host: imap.agence.be, user: u, password: s3cret } }",
    'desk.yaml, line 7: mailboxes.0.imap.password: "password" is no setting here.',
  ],
  [
    "name: Agence }",
    "name: Agence, imap: { host: imap.agence.be, user: u, since: yesterday } }",
    'desk.yaml, line 7: mailboxes.0.imap.since: "since" must be a date such as "2026-11-25"',
  ],
  [
    "name: Agence }",
    "name: Agence, imap: { host: imap.agence.be, user: u, takenFolder: INBOX } }",
    'desk.yaml, line 7: mailboxes.0.imap.takenFolder: "takenFolder" must be another folder',
  ],
  ["company:", "compagny:", 'desk.yaml, line 8: compagny: "compagny" is no setting here.'],
  [
    "company:",
    "accent: teal\ncompany:",
    'desk.yaml, line 8: accent: "accent" must be a colour such as "#0b6e6e" (it is "teal").',
  ],
  [
    "company:",
    "signature: { de: Wir }\ncompany:",
    'desk.yaml, line 8: signature.de: "de" must be in one of the desk\'s languages',
  ],
  [
    "company:",
    "caps: { noticesPerAddressAndHour: 0 }\ncompany:",
    'desk.yaml, line 8: caps.noticesPerAddressAndHour: "noticesPerAddressAndHour" must be at least 1',
  ],
  ["mon: [", "monday: [", 'desk.yaml, line 12: calendars.staffed.week.monday: "monday" is no setting here.'],
  ['"12:30"', '"12:60"', 'desk.yaml, line 12: calendars.staffed.week.mon.0.1: An entry of "mon" must be a time of day'],
  [
    '"09:00", "12:30"',
    '"09:00", "09:00"',
    'desk.yaml, line 12: calendars.staffed.week.mon.0: An entry of "mon" must not be empty',
  ],
  [
    '"09:00", "12:30"',
    '"09:00"',
    'desk.yaml, line 12: calendars.staffed.week.mon.0: An entry of "mon" must be two times',
  ],
  [
    '"13:00"',
    '"12:00"',
    'desk.yaml, line 12: calendars.staffed.week.mon.0: An entry of "mon" must not overlap another span',
  ],
  ["fri: [", 'sat: [["01:00", "03:00"]]\n      fri: [', "desk.yaml, line 14: calendars.staffed.week.fri.0: "],
  [
    '["22:00", "02:00"]',
    '["22:00", "02:00"]]\n      sun: [["10:00", "09:30"]',
    "desk.yaml, line 14: calendars.staffed.week.sun.0: ",
  ],
  [
    '"12-25"',
    '"12-32"',
    'desk.yaml, line 14: calendars.staffed.holidays.0: An entry of "holidays" must be a day that exists',
  ],
  ['"2027-01-04"', '"2027-02-29"', "desk.yaml, line 14: calendars.staffed.holidays.1: "],
  ['"easter+1"', '"easter+300"', "desk.yaml, line 14: calendars.staffed.holidays.2: "],
  ['"easter+1"', '"easter 1"', "desk.yaml, line 14: calendars.staffed.holidays.2: "],
  ['"easter+1"', '{ day: "12-32" }', "desk.yaml, line 14: calendars.staffed.holidays.2.day: "],
  ['"easter+1"', '{ day: "12-24", closed: [] }', "desk.yaml, line 14: calendars.staffed.holidays.2.closed: "],
  [
    '"easter+1"',
    '{ day: "12-24", closed: [["13:00", "24:00"], ["23:00", "23:30"]] }',
    "desk.yaml, line 14: calendars.staffed.holidays.2.closed.0: ",
  ],
  [
    '"easter+1"',
    '{ date: "12-24" }',
    'desk.yaml, line 14: calendars.staffed.holidays.2: An entry of "holidays" must be a day such as "12-25", or',
  ],
  ['"easter+1"]', '"easter+1"]\n    openings: [{ day: "2026-12-26" }]', "calendars.staffed.openings.0.hours: "],
  [
    '"easter+1"]',
    '"easter+1"]\n    openings: [{ day: "2026-12-26", hours: [["10:00", "10:00"]] }]',
    "desk.yaml, line 15: calendars.staffed.openings.0.hours.0: ",
  ],
])("%s -> %s", (found, replaced, expected) => {
  expect(DESK_YAML).toContain(found);
  expect(mistakesOf(DESK_YAML.replace(found, () => replaced)).join("\n")).toContain(expected);
});

test("every mistake is answered, not only the first", () => {
  const bad = DESK_YAML.replace("name: Agence\n", "")
    .replace("1 h", "soon")
    .replace("staffed:\n", "staffed:\n    colour: red\n");
  expect(mistakesOf(bad)).toHaveLength(3);
});

test("a file that is no YAML is answered with the line, a file that is empty with what it lacks", () => {
  expect(mistakesOf("slug: [a\nname: b\n")[0]).toMatch(/^desk\.yaml, line \d: .+\.$/);
  expect(mistakesOf("").join("\n")).toContain('"slug" is missing.');
  expect(mistakesOf("- 1").join("\n")).toContain("desk.yaml, line 1");
});

test("a mailbox is kept as SMTP names it", () => {
  const read = readDeskFile(DESK_YAML.replace("Help@Agence.be", "H23456789.h23456789.h23456789@Köln.de"));
  expect("file" in read && read.file.mailboxes[0]!.address).toBe("h23456789.h23456789.h23456789@xn--kln-sna.de");
});

test("a mailbox may trust servers, named as their fields are compared", () => {
  const read = readDeskFile(
    DESK_YAML.replace("name: Agence }", "name: Agence, trustedAuthenticators: [MX.Agence.be] }"),
  );
  expect("file" in read && read.file.mailboxes[0]!.trustedAuthenticators).toEqual(["mx.agence.be"]);
});

test("02-29 is a day, every kind of night is a span, and neighbours may touch", () => {
  const good = DESK_YAML.replace("12-25", "02-29").replace('"13:00"', '"12:30"').replace('"02:00"', '"24:00"');
  expect(mistakesOf(good)).toEqual([]);
});
