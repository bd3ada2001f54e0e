import { expect, test } from "vitest";
import { replyTextOf } from "./reply-text.ts";

const reply = (...lines: string[]): string => replyTextOf(lines.join("\n"));
const ANSWER = ["Voilà.", "", "Ann"];
const OLD = ["Votre demande est enregistrée.", "", "Helpdesk"];

/** Introductions in the forms of more programs and languages; each must be found unquoted, quoted, and wrapped. */
const INTRODUCTIONS = [
  "On Tuesday, June 2nd, 2026 at 10:00 AM, Help Desk of the Agency <help@desk.example> wrote:",
  "On Tue, Jun 02, 2026 at 10:00:11AM +0200, Help Desk of the Agency wrote:",
  "On 2 Jun 2026, 10:00 +0200, Help Desk of the Agency <help@desk.example>, wrote:",
  "Mardi 2 juin 2026, 10:00, Help Desk of the Agency <help@desk.example> a écrit :",
  "Le mardi 2 juin 2026 à 10:00:11, vous écriviez :",
  "Help Desk of the Agency schreef op 02-06-2026 10:00:",
  "Help Desk of the Agency schreef op di 02-06-2026 om 10:00 [+0200]:",
  "Op 2 jun. 2026, om 10:00 heeft Help Desk of the Agency <help@desk.example> het volgende geschreven:",
  "Help Desk of the Agency wrote on 2026-06-02 10:00:",
  "Help Desk <help@desk.example> schrieb am Di., 2. Juni 2026, 10:00:",
  "tir. 2. juni 2026 kl. 10:00 skrev Help Desk of the Agency <help@desk.example>:",
  "ti 2. kesäk. 2026 klo 10.00 Help Desk of the Agency (help@desk.example) kirjoitti:",
  "Wiadomość napisana przez Help Desk of the Agency <help@desk.example> w dniu 2 cze 2026, o godz. 10:00:",
  "út 2. 6. 2026 v 10:00 odesílatel Help Desk of the Agency <help@desk.example> napsal:",
  "2026. jún. 2. dátummal, 10:00 időpontban Help Desk of the Agency <help@desk.example> írta:",
  "În mar., 2 iun. 2026 la 10:00, Help Desk of the Agency <help@desk.example> a scris:",
  "Pada tanggal Sel, 2 Jun 2026 pukul 10.00 Help Desk of the Agency <help@desk.example> menulis:",
  "2026년 6월 2일 (화) 오전 10:00, Help Desk of the Agency <help@desk.example>님이 작성:",
  "Quoting Help Desk of the Agency <help@desk.example>:",
  "Citeren Help Desk of the Agency <help@desk.example>:",
];

test.each(INTRODUCTIONS)("ends before %s", (introduction) => {
  expect(reply(...ANSWER, "", introduction, "", ...OLD), "not quoted").toBe("Voilà.\n\nAnn");
  const quoted = OLD.map((line) => `> ${line}`);
  expect(reply(...ANSWER, introduction, ...quoted), "quoted").toBe("Voilà.\n\nAnn");
  expect(reply(...ANSWER, "", ...wrapped(introduction, 60), ...quoted), "wrapped").toBe("Voilà.\n\nAnn");
  expect(reply(introduction, ...quoted, "", "En dessous."), "above").toBe("En dessous.");
});

function wrapped(line: string, width: number): string[] {
  const lines = [""];
  for (const word of line.split(" ")) {
    if (lines.at(-1)!.length + word.length >= width) lines.push("");
    lines[lines.length - 1] = `${lines.at(-1)!} ${word}`.trim();
  }
  return lines;
}

const FIELDS = ["From: Help <help@desk.example>", "Date: Tuesday 10:00", "To: Ann", "Subject: x"];

test.each([
  ["Proton", ["‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐", "On 2 Jun 2026, 10:00, Help <help@desk.example> wrote:"]],
  ["BlackBerry", ["  Original Message  ", ...FIELDS]],
  ["T-Online", ["-----Original-Nachricht-----", "Betreff: x", "Datum: 2026-06-02", "Von: Help", "An: Ann"]],
  ["HTC", ["----- Réponse au message -----", "De : Help", "Pour : <ann@agence.be>", "Objet : x", "Date : mar."]],
  ["Sony", ["---- Help schreef ----", ""]],
  ["Zoho", ["---- On Tue, 02 Jun 2026 10:00:11 +0200 Help <help@desk.example> wrote ----", ""]],
  ["Notes", ["-----Help <help@desk.example> a écrit : -----", "A : Ann", "De : Help", "Objet : x"]],
  ["Notes, newer", ["Help Desk ---02/06/2026 10:00:11---Votre demande"]],
  ["GroupWise", [">>> Help Desk <help@desk.example> 2/06/2026 10:00 >>>"]],
  ["Outlook with two fields", ["From: Help [mailto:help@desk.example]", "Sent: Tuesday, June 02, 2026 10:00 AM"]],
  ["Outlook in Czech", ["Od: Help", "Odesláno: úterý 2. června 2026 10:00", "Komu: Ann", "Předmět: x"]],
  ["Apple Mail es", ["Inicio del mensaje reenviado:", "", "De: Help", "Asunto: x", "Fecha: 2 de junio", "Para: Ann"]],
  ["Apple Mail sv", ["Vidarebefordrat brev:", "", "Från: Help", "Ämne: x", "Datum: 2 juni", "Till: Ann"]],
  ["GMX", ["*Gesendet:* Dienstag, 02. Juni 2026 um 10:00 Uhr", "*Von:* Help", "*An:* Ann", "*Betreff:* x"]],
  ["a dash", ["—", "Reply to this mail, or see it on the web."]],
])("ends before the mail that %s adds", (_, added) => {
  expect(reply(...ANSWER, "", ...added, ...OLD)).toBe("Voilà.\n\nAnn");
});

test.each([
  "Envoyé depuis mon téléphone Android avec K-9 Mail. Excusez ma brièveté.",
  "Envoyé avec la messagerie sécurisée Proton Mail.",
  "_Sent from my iPhone_",
  "Sent with Spark",
  "Sent via my phone",
  "Verzonden met Proton Mail beveiligde e-mail.",
  "Outlook voor iOS<https://aka.example/x> downloaden",
  "Obtener Outlook para Android",
  "Hämta Outlook för iOS",
  "Lähetetty iPhonesta",
  "Отправлено с iPhone",
  "发自我的 iPhone",
  "Yahoo Mail: Search, Organize, Conquer",
  "Sans virus.www.avast.example",
  "Deze e-mail is gecontroleerd op virussen door Avast antivirussoftware.",
  "L'absence de virus dans ce courrier électronique a été vérifiée par le logiciel antivirus Avast.",
])("leaves out %s", (advert) => {
  expect(reply(...ANSWER, "", advert)).toBe("Voilà.\n\nAnn");
  expect(reply(...ANSWER, "", advert, "", "> old")).toBe("Voilà.\n\nAnn");
});

test.each([
  ["a mail sent by mistake", ["Sent by mistake, please ignore."]],
  ["what went by post", ["Envoyé par courrier recommandé hier.", "Merci"]],
  ["a sentence over two lines", ["Sent from our office on Monday, the parcel", "never came."]],
  ["what somebody says that others wrote", ["Le 12 juin, un client a écrit :", "", "C'est cassé.", "", "Que faire ?"]],
  ["what somebody says that they wrote", ["Dag,", "", "Op 2 juni 2026 schreef ik u:", "", "Stuk.", "", "Wat nu?"]],
  ["a form with a date", ["La salle", "", "De : 10h00", "À : 12h00", "Date : mardi", "", "Merci"]],
])("keeps %s", (_, lines) => {
  expect(reply(...lines)).toBe(lines.join("\n"));
});

test("a line with a date, right above an introduction, is no part of it", () => {
  const quote = ["On 2 Jun 2026, at 10:00, Help <help@desk.example> wrote:", "> old"];
  expect(reply("Since 1 June 2026 it is broken.", ...quote)).toBe("Since 1 June 2026 it is broken.");
});

test("who only greets above a quote answers below it", () => {
  const quote = ["On 2 Jun 2026, at 10:00, Help <help@desk.example> wrote:", "> Which version?", ""];
  expect(reply("Hello Bob,", "", ...quote, "4.2, on Windows.")).toBe("Hello Bob,\n\n4.2, on Windows.");
  expect(reply("The latest.", "", ...quote, "Ann")).toBe("The latest.");
});

test("who forwards a mail with nothing but a signature sends that mail", () => {
  const forwarded = ["---------- Forwarded message ---------", ...FIELDS, "", "It is broken."];
  expect(reply("-- ", "Ann", "Agence", "", ...forwarded)).toBe("It is broken.");
  expect(reply("Sent from my iPhone", "", ...forwarded)).toBe("It is broken.");
});

test.each([[">>> a 10:00\n"], ["Ann wrote 2026\n"], ["a---1/1/26 1:00"], ["sent from my x\n"], ["---- wrote ----\n"]])(
  "takes 300,000 characters of %j in their stride",
  (piece) => {
    const startedAt = performance.now();
    replyTextOf(piece.repeat(300_000 / piece.length));
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);
