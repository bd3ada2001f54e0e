import fc from "fast-check";
import { expect, test } from "vitest";
import { readInvitation } from "./calendar-invitation.ts";
import { mailBytes, readable } from "./read-test-mail.ts";

const calendar = (event: string[], ...before: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...before, "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR"].join("\r\n");

const DEMONSTRATION = calendar(
  [
    "UID:1@agence.be",
    'ORGANIZER;CN="Peeters, Ann";ROLE=CHAIR:MAILTO:ann@agence.be',
    "SUMMARY;LANGUAGE=fr:D\u00e9monstration\\, deuxi\u00e8me pa",
    " rtie",
    "LOCATION:Rue du Lac 1\\; salle B",
    "DESCRIPTION:Bonjour\\,\\nvoici l'ordre du jour.",
    "DTSTART;TZID=Europe/Brussels:20260601T100000",
    "DTEND;TZID=Europe/Brussels:20260601T113000",
    "BEGIN:VALARM",
    "DESCRIPTION:REMINDER",
    "DTSTART:19990101T000000Z",
    "END:VALARM",
  ],
  "METHOD:REQUEST",
);

test("reads what is proposed", () => {
  expect(readInvitation(DEMONSTRATION)).toEqual({
    method: "request",
    summary: "Démonstration, deuxième partie",
    description: "Bonjour,\nvoici l'ordre du jour.",
    start: { local: "2026-06-01T10:00:00", at: Date.UTC(2026, 5, 1, 8) },
    end: { local: "2026-06-01T11:30:00", at: Date.UTC(2026, 5, 1, 9, 30) },
    timeZone: "Europe/Brussels",
    location: "Rue du Lac 1; salle B",
    organiser: { name: "Peeters, Ann", address: "ann@agence.be" },
    answer: null,
    repeats: false,
    repetition: null,
  });
});

const BRUSSELS = (name: string): string[] => [
  "BEGIN:VTIMEZONE",
  `TZID:${name}`,
  "BEGIN:STANDARD",
  "DTSTART:16010101T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010101T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];

const NAMES = ["Romance Standard Time", "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris"];

test.each([
  ["UTC", "DTSTART:20260601T080000Z", [], "UTC", "2026-06-01T08:00:00", Date.UTC(2026, 5, 1, 8)],
  ["a zone behind folders", "DTSTART;TZID=/x.example/20260101_1/Europe/Paris:20260601T100000", [], "Europe/Paris", "2026-06-01T10:00:00", Date.UTC(2026, 5, 1, 8)],
  ["a zone of three names", "DTSTART;TZID=America/Argentina/Salta:20260601T100000", [], "America/Argentina/Salta", "2026-06-01T10:00:00", Date.UTC(2026, 5, 1, 13)],
  ["a zone that is described, in summer", `DTSTART;TZID=${NAMES[0]}:20260601T100000`, BRUSSELS(NAMES[0]!), NAMES[0], "2026-06-01T10:00:00", Date.UTC(2026, 5, 1, 8)],
  ["a zone that is described, in winter", `DTSTART;TZID="${NAMES[1]}":20260115T100000`, BRUSSELS(NAMES[1]!), NAMES[1], "2026-01-15T10:00:00", Date.UTC(2026, 0, 15, 9)],
  ["a zone that nobody describes", "DTSTART;TZID=Elsewhere:20260601T100000", [], "Elsewhere", "2026-06-01T10:00:00", null],
  ["wherever one is", "DTSTART:20260601T100000", [], null, "2026-06-01T10:00:00", null],
  ["a day", "DTSTART;VALUE=DATE:20260601", [], null, "2026-06-01", null],
])("a start in %s", (_, line, zone, timeZone, local, at) => {
  expect(readInvitation(calendar([line], ...zone))).toMatchObject({ timeZone, start: { local, at } });
}); // prettier-ignore

test("a described zone changes when the real one does", () => {
  for (let day = 1; day <= 365; day++) {
    const local = Temporal.PlainDateTime.from("2026-01-01T12:00").add({ days: day });
    const written = local.toString().replaceAll(/[-:]/g, "");
    const start = readInvitation(calendar([`DTSTART;TZID=X:${written}`], ...BRUSSELS("X")))!.start!;
    expect(start.at).toBe(local.toZonedDateTime("Europe/Brussels").epochMilliseconds);
  }
});

test.each([
  ["a duration", ["DTSTART:20260601T080000Z", "DURATION:PT1H30M"], "2026-06-01T09:30:00"],
  ["days", ["DTSTART;VALUE=DATE:20260601", "DURATION:P2D"], "2026-06-03"],
  ["nothing, of a time", ["DTSTART:20260601T080000Z"], "2026-06-01T08:00:00"],
  ["nothing, of a day", ["DTSTART;VALUE=DATE:20261231"], "2027-01-01"],
  ["a duration of no length that anybody knows", ["DTSTART:20260601T080000Z", "DURATION:P9999999999W"], undefined],
  ["a duration that is none", ["DTSTART:20260601T080000Z", "DURATION:soon"], undefined],
  ["a start that is none", ["DTSTART:20260231T080000Z", "DURATION:PT1H"], undefined],
])("an end by %s", (_, lines, local) => {
  expect(readInvitation(calendar(lines))!.end?.local).toBe(local);
});

test("knows what repeats, what is called off, and what is no invitation", () => {
  const weekly = readInvitation(calendar(["RRULE:FREQ=WEEKLY", "DTSTART:20260601T080000Z"], "METHOD:CANCEL"));
  expect(weekly).toMatchObject({ method: "cancel", repeats: true, organiser: null });
  expect(readInvitation("BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR")).toBeNull();
  expect(readInvitation("")).toBeNull();
});

const ANN = { name: "Ann", address: "ann@agence.be" };

test.each([
  ["REPLY", ["ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@agence.be"], { by: ANN, answer: "accepted" }],
  ["reply", ["ATTENDEE;PARTSTAT=tentative;CN=Ann:MAILTO:ann@agence.be"], { by: ANN, answer: "tentative" }],
  ["REPLY", ["ATTENDEE;PARTSTAT=DELEGATED:mailto:ann@agence.be"], null],
  ["REPLY", ["ATTENDEE;PARTSTAT=toString:mailto:ann@agence.be"], null],
  ["REPLY", ["ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.be", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:c@b.be"], null],
  ["REPLY", [], null],
  ["REQUEST", ["ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@agence.be"], null],
])("how an invitation is answered: %s %j", (method, lines, answer) => {
  expect(readInvitation(calendar(lines, `METHOD:${method}`))!.answer).toEqual(answer);
});

const weekly = { every: 1, unit: "week", weekdays: [], until: null, times: null };

test.each([
  ["FREQ=WEEKLY;", weekly],
  ["FREQ=WEEKLY;BYDAY=TH,TU;WKST=MO", { ...weekly, weekdays: [2, 4] }],
  ["FREQ=WEEKLY;INTERVAL=2;COUNT=10", { ...weekly, every: 2, times: 10 }],
  ["freq=daily;until=20261212", { ...weekly, unit: "day", until: "2026-12-12" }],
  ["FREQ=DAILY;UNTIL=20261211T233000Z", { ...weekly, unit: "day", until: "2026-12-12" }], // Past midnight in Brussels.
  ["FREQ=MONTHLY;BYMONTHDAY=1", { ...weekly, unit: "month" }],
  ["FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=6", { ...weekly, unit: "year" }],
  ["FREQ=MONTHLY;BYMONTHDAY=15", null],
  ["FREQ=MONTHLY;BYDAY=2TU", null],
  ["FREQ=WEEKLY;BYDAY=XX", null],
  ["FREQ=WEEKLY;INTERVAL=0", null],
  ["FREQ=WEEKLY;UNTIL=soon", null],
  ["FREQ=WEEKLY;X=", null],
  ["FREQ=constructor", null],
  ["", null],
])("how often: %s", (rule, repetition) => {
  const start = "DTSTART;TZID=Europe/Brussels:20260601T100000";
  expect(readInvitation(calendar([start, `RRULE:${rule}`]))).toMatchObject({ repeats: true, repetition });
  expect(readInvitation(calendar([start, `RRULE:${rule}`, "EXDATE:20260608T080000Z"]))!.repetition).toBeNull();
});

test("stands beside the words of a mail, and for them where there are none", () => {
  const ics = Buffer.from(DEMONSTRATION).toString("latin1").split("\r\n");
  const part = ["Content-Type: text/calendar; method=REQUEST; charset=utf-8", "", ...ics];
  const beside = readable(
    mailBytes("Content-Type: multipart/alternative; boundary=b", "", "--b", "", "Venez.", "--b", ...part, "--b--"),
  );
  expect(beside).toMatchObject({ text: "Venez.", html: null, invitation: { method: "request" }, warnings: [] });
  expect(beside.attachments).toMatchObject([{ name: "invitation.ics", type: "text/calendar" }]);
  const alone = readable(mailBytes(...part));
  expect(alone).toMatchObject({
    text: "Bonjour,\nvoici l'ordre du jour.",
    invitation: { organiser: { name: "Peeters, Ann" } },
  });
  expect(readable(mailBytes("", "Bonjour")).invitation).toBeNull();
});

test("any calendar is read, in strings that can be stored", () => {
  const line = fc.oneof(
    fc.constantFrom("BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VTIMEZONE", "TZID:X", "BEGIN:STANDARD"),
    fc.constantFrom(
      "DTSTART;TZID=X:20260601T100000",
      "DTEND:99991231T235959Z",
      "DURATION:P99999999D",
      "TZOFFSETTO:+9900",
    ),
    fc.constantFrom(
      "RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=5MO",
      "RRULE:FREQ=DAILY;UNTIL=99991231T235959Z",
      "DTSTART:00000101",
      "TZOFFSETTO:-0100",
      "END:STANDARD",
    ),
    fc.string({ unit: fc.constantFrom(";", ":", '"', "=", ",", "\\", "n", "\0", "\ud83d", " ", "X"), maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const text = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", ...lines].join("\n");
      expect(JSON.stringify(readInvitation(text))).not.toMatch(/\\u0000|\\ud83d/);
    }),
    { numRuns: 500 },
  );
});

test.each([
  "BEGIN:VEVENT\n",
  "A;B=C;",
  'A;B="',
  "A;B=,,,,",
  "SUMMARY:\\",
  " folded\n",
  "BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETTO:+0100\nEND:STANDARD\n",
])("takes 500,000 characters of %j in its stride", (piece) => {
  const startedAt = performance.now();
  readInvitation(
    `BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=X:20260601T100000\n${piece.repeat(500_000 / piece.length)}`,
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
