import fc from "fast-check";
import { expect, test } from "vitest";
import { replyTextOf } from "./reply-text.ts";

const reply = (...lines: string[]): string => replyTextOf(lines.join("\n"));

/** What programs put between an answer and what it answers, in the languages of the first desks and some more. */
test.each([
  [
    "Gmail fr",
    [
      "Le lun. 1 juin 2026 à 10:00, Helpdesk <help@desk.example> a écrit :",
      "",
      "> Votre demande",
      "> est enregistrée.",
    ],
  ],
  ["Gmail nl", ["Op ma 1 jun 2026 om 10:00 schreef Helpdesk <help@desk.example>:", "", "> Uw aanvraag"]],
  ["Gmail en", ["On Mon, Jun 1, 2026 at 10:00 AM Helpdesk <help@desk.example> wrote:", "", "> Your request"]],
  [
    "Gmail, wrapped",
    ["On Mon, Jun 1, 2026 at 10:00 AM The Helpdesk Of Everybody <", "help@desk.example> wrote:", "", "> Your request"],
  ],
  ["Gmail, not quoted", ["Le 1 juin 2026 à 10:00, Helpdesk a écrit :", "", "Votre demande est enregistrée."]],
  ["Apple Mail fr", ["> Le 1 juin 2026 à 10:00, Helpdesk <help@desk.example> a écrit :", ">", "> Votre demande"]],
  [
    "Apple Mail nl",
    ["> Op 1 jun. 2026, om 10:00 heeft Helpdesk <help@desk.example> het volgende geschreven:", "> ", "> Uw aanvraag"],
  ],
  [
    "iPhone nl",
    [
      "Verstuurd vanaf mijn iPhone",
      "",
      "> Op 1 jun. 2026 om 10:00 heeft Helpdesk het volgende geschreven:",
      ">",
      "> Uw",
    ],
  ],
  ["iPhone fr", ["Envoyé de mon iPhone", "", "> Le 1 juin 2026 à 10:00, Helpdesk a écrit :", "> ", "> Votre"]],
  [
    "Outlook fr",
    [
      "De : Helpdesk <help@desk.example>",
      "Envoyé : lundi 1 juin 2026 10:00",
      "À : Ann <ann@agence.be>",
      "Objet : [#12] Votre demande",
      "",
      "Bonjour,",
    ],
  ],
  [
    "Outlook nl",
    [
      "________________________________",
      "Van: Helpdesk <help@desk.example>",
      "Verzonden: maandag 1 juni 2026 10:00",
      "Aan: Ann <ann@agence.be>",
      "Onderwerp: Re: [#12] Uw aanvraag",
      "",
      "Dag,",
    ],
  ],
  [
    "Outlook en",
    [
      "From: Helpdesk <help@desk.example>",
      "Sent: Monday, June 1, 2026 10:00 AM",
      "To: Ann <ann@agence.be>",
      "Cc: Bob <bob@agence.be>; Carl",
      " <carl@agence.be>",
      "Subject: RE: [#12]",
      "",
      "Hello,",
    ],
  ],
  [
    "Outlook, bold",
    ["*From:* Helpdesk <help@desk.example>", "*Sent:* Monday, June 1, 2026", "*To:* Ann", "*Subject:* x", "", "Hello"],
  ],
  [
    "Outlook, old",
    [
      "-----Oorspronkelijk bericht-----",
      "Van: Helpdesk",
      "Verzonden: maandag 1 juni 2026",
      "Aan: Ann",
      "Onderwerp: x",
      "",
      "Dag,",
    ],
  ],
  [
    "Samsung fr",
    [
      "-------- Message d'origine --------",
      "De : Helpdesk <help@desk.example>",
      "Date : 01/06/2026 10:00 (GMT+01:00)",
      "À : ann@agence.be",
      "Objet : x",
      "",
      "Bonjour",
    ],
  ],
  [
    "Android Outlook",
    [
      "Télécharger Outlook pour Android<https://aka.ms/x>",
      "________________________________",
      "From: Helpdesk",
      "Sent: Monday",
      "To: Ann",
      "Subject: x",
      "",
      "y",
    ],
  ],
  [
    "Windows nl",
    [
      "Verzonden vanuit Mail voor Windows",
      "",
      "Van: Helpdesk",
      "Verzonden: maandag 1 juni 2026 10:00",
      "Aan: Ann",
      "Onderwerp: x",
      "",
      "y",
    ],
  ],
  ["Thunderbird fr", ["Le 01/06/2026 à 10:00, Helpdesk a écrit :", "> Votre demande", "> est enregistrée."]],
  ["Thunderbird nl", ["Op 1-6-2026 om 10:00 schreef Helpdesk:", "> Uw aanvraag"]],
  ["Yahoo fr", ["Le lundi 1 juin 2026 à 10:00:00 UTC+2, Helpdesk <help@desk.example> a écrit :", "", "Votre demande"]],
  ["German", ["Am Mo., 1. Juni 2026 um 10:00 Uhr schrieb Helpdesk <help@desk.example>:", "", "> Ihre Anfrage"]],
  ["Spanish", ["El lun, 1 jun 2026 a las 10:00, Helpdesk (<help@desk.example>) escribió:", "", "> Su solicitud"]],
  ["Chinese", ["在 2026年6月1日，下午3:24，Helpdesk <help@desk.example> 写道：", "", "> x"]],
  ["Japanese", ["2026年6月1日 15:24 Helpdesk <help@desk.example>:", "", "> x"]],
  ["Russian", ["Понедельник, 1 июня 2026, 15:24 +03:00 от Helpdesk <help@desk.example>:", "", "> x"]],
  ["Norwegian", ["1. juni 2026 kl. 15.24 skrev Helpdesk <help@desk.example>:", "", "> x"]],
  ["Italian", ["Il giorno lun 1 giu 2026 alle ore 10:00 Helpdesk <help@desk.example> ha", "scritto:", "", "> x"]],
  [
    "Samsung de",
    [
      "Von meinem Samsung Galaxy Smartphone gesendet.",
      "",
      "-------- Ursprüngliche Nachricht --------",
      "Von: Helpdesk",
      "Datum: 01.06.26 15:24",
      "An: ann",
      "Betreff: x",
      "",
      "y",
    ],
  ],
  ["a signature", ["-- ", "Ann Peeters", "Agence du Lac"]],
  ["a signature after a quote", ["> old", "", "--", "Ann"]],
  ["a desk's own mark", ["##- Please type your reply above this line -##", "", "Your request"]],
])("ends before what %s adds", (_, added) => {
  expect(reply("Merci, cela marche.", "", "Ann", "", ...added)).toBe("Merci, cela marche.\n\nAnn");
});

test.each([
  [
    "answers between quotes",
    ["On 1 June 2026, Bob wrote:", "> one?", "yes", "> two?", "no"],
    "> one?\nyes\n> two?\nno",
  ],
  ["an answer below a quote", ["On 1 June 2026, Bob wrote:", "> one?", "> two?", "", "Both, please."], "Both, please."],
  ["a quote that nobody introduced", ["> one?", "", "Yes."], "> one?\n\nYes."],
  [
    "a forwarded mail with a word before it",
    [
      "See below.",
      "",
      "---------- Forwarded message ---------",
      "From: Bob <bob@x.y>",
      "Date: Monday",
      "Subject: x",
      "",
      "It is broken.",
    ],
    "See below.",
  ],
  [
    "a forwarded mail alone",
    [
      "---------- Forwarded message ---------",
      "From: Bob <bob@x.y>",
      "Date: Monday",
      "Subject: x",
      "",
      "It is broken.",
    ],
    "It is broken.",
  ],
  [
    "a heading with its rule",
    ["Our printers", "============", "", "are broken."],
    "Our printers\n============\n\nare broken.",
  ],
  [
    "a line of what looks like a field",
    ["From: tomorrow on, it must work.", "Thanks"],
    "From: tomorrow on, it must work.\nThanks",
  ],
  [
    "a sentence with a colon",
    ["On Monday I wrote: it is broken.", "And so it is."],
    "On Monday I wrote: it is broken.\nAnd so it is.",
  ],
  [
    "a program's greeting inside a sentence",
    ["It was sent from my iPhone and is lost."],
    "It was sent from my iPhone and is lost.",
  ],
  ["HTML's arrows", ["File > Settings > Mail", "x > 5"], "File > Settings > Mail\nx > 5"],
  ["nothing", ["", "  ", ""], ""],
  ["nothing but quotes of nothing", ["> On 1 June 2026, Bob wrote:", ">", ">> On 1 June 2026, Ann wrote:"], ""],
  ["indented lists", ["- a", "    - b", "", "  c"], "- a\n    - b\n\n  c"],
])("keeps %s", (_, lines, expected) => {
  expect(reply(...lines)).toBe(expected);
});

test("gives lines of the text, in their order", () => {
  const line = fc.constantFrom(
    "",
    "text",
    "> quote",
    "-- ",
    "On 1 June, Bob <b@x.y> wrote:",
    "From: a",
    "To: b",
    "Subject: c",
    "=====",
    "Sent from my iPhone",
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      let at = 0;
      const written = reply(...lines);
      for (const each of written === "" ? [] : written.split("\n")) {
        at = lines.findIndex((line, index) => index >= at && line.trimEnd() === each) + 1;
        expect(at).toBeGreaterThan(0);
      }
    }),
  );
});

test.each([
  ["On 1, a@b.c wrote:\n"],
  [">\n"],
  ["--\n"],
  ["From: x\n"],
  ["\n"],
  ["on 1 <\n"],
  ["> a\nb\n"],
  ["-"],
  ["wrote: "],
])("takes 300,000 characters of %j in their stride", (piece) => {
  const startedAt = performance.now();
  replyTextOf(piece.repeat(300_000 / piece.length));
  expect(performance.now() - startedAt).toBeLessThan(5_000); // 0.1 s where nothing else runs; a square would take many minutes.
});
