import { randomBytes } from "node:crypto";

/** A mail for the load: whom it is from is its number, so that its notice can be told from all others. */
export type LoadMail = { sender: string; bytes: Buffer };

const BODIES = 256;
const MEDIAN_BYTES = 8_000;
const SMALLEST_BYTES = 2_000;
const LARGEST_BYTES = 200_000;
const SPREAD = 1.15; // Of the log-normal sizes: two thirds between 2.5 and 25 kB, one in thirty above 60.

/** Makes mails of 2 to 200 kB, median 8, in French, Dutch and English: half are text, a third have HTML as well, the
 *  rest carry a file. Each is another's: sender, Message-ID and first line differ. */
export function makeCorpus(mailbox: string): (number: number) => LoadMail {
  const bodies = Array.from({ length: BODIES }, (_, index) => makeBody(index));
  const run = randomBytes(4).toString("hex");
  return (number) => {
    const body = bodies[number % BODIES]!;
    const sender = senderOf(number);
    const head = [
      `Received: from mx.agence${number % 400}.example by relay.example with ESMTPS id ${run}${number}`,
      `From: "${NAMES[number % NAMES.length]}" <${sender}>`,
      `To: <${mailbox}>`,
      `Subject: =?utf-8?Q?${quoted(body.subject)}?= ${number}`,
      `Message-ID: <${run}.${number}@${sender.split("@")[1]}>`,
      "Date: Mon, 23 Nov 2026 09:12:00 +0100",
      "MIME-Version: 1.0",
      "User-Agent: Mozilla Thunderbird",
      "",
    ].join("\r\n");
    return { sender, bytes: Buffer.concat([Buffer.from(head), body.bytes, Buffer.from(`Ref. ${run}-${number}\r\n`)]) };
  };
}

export function senderOf(number: number): string {
  return `client${number}@agence${number % 400}.example`;
}

/** The number of the mail that a notice to this address answers; -1 for any other address. */
export function numberOf(sender: string): number {
  return Number(/^client(\d+)@/.exec(sender)?.[1] ?? -1);
}

function makeBody(index: number): { subject: string; bytes: Buffer } {
  const language = LANGUAGES[index % LANGUAGES.length]!;
  const size = sizeAt((index + 0.5) / BODIES);
  const kind = ((index * 7) % 20) / 20;
  const subject = language.subjects[index % language.subjects.length]!;
  const text = (bytes: number) => paragraphs(language, index, bytes);
  if (kind < 0.5) return { subject, bytes: textOnly(text(size)) };
  if (kind < 0.85) return { subject, bytes: withHtml(text(size * 0.3), size) };
  return { subject, bytes: withFile(text(1_500), size) };
}

/** The size below which this share of the mails is: median and spread above, cut off at both ends. */
function sizeAt(share: number): number {
  const bytes = MEDIAN_BYTES * Math.exp(SPREAD * normalQuantile(share));
  return Math.round(Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, bytes)));
}

/** Of the standard normal distribution; by halving, which is quick enough for a few hundred. */
function normalQuantile(share: number): number {
  let [low, high] = [-6, 6];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (normalShareBelow(middle) < share) low = middle;
    else high = middle;
  }
  return low;
}

/** Abramowitz and Stegun, 26.2.17; right to seven digits. */
function normalShareBelow(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const tail = series.reduce((sum, factor, power) => sum + factor * t ** (power + 1), 0);
  const share = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return x > 0 ? 1 - share : share;
}

function textOnly(text: string): Buffer {
  return part("text/plain; charset=utf-8", "8bit", Buffer.from(text));
}

function withHtml(text: string, bytes: number): Buffer {
  const rows = text.split("\r\n").map((line) => `<p style="margin:0 0 8px">${line}</p>`);
  const styled = '<span style="font-family:Calibri,sans-serif;font-size:11pt;color:#1f497d">&nbsp;</span>\r\n';
  const filling = styled.repeat(Math.max(0, Math.floor((bytes - text.length - rows.join("").length) / styled.length)));
  const html = Buffer.from(`<html><body>\r\n${rows.join("\r\n")}\r\n${filling}</body></html>\r\n`);
  return multipart("alternative", [textOnly(text), part("text/html; charset=utf-8", "8bit", html)]);
}

function withFile(text: string, bytes: number): Buffer {
  const file = randomBytes(Math.max(300, Math.floor(((bytes - text.length) * 3) / 4.11)));
  const lines = file.toString("base64").replace(/.{76}/g, "$&\r\n");
  const type = 'application/pdf; name="annexe.pdf"\r\nContent-Disposition: attachment; filename="annexe.pdf"';
  return multipart("mixed", [textOnly(text), part(type, "base64", Buffer.from(`${lines}\r\n`))]);
}

function part(type: string, encoding: string, content: Buffer): Buffer {
  const head = Buffer.from(`Content-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`);
  return Buffer.concat([head, content, Buffer.from("\r\n")]);
}

function multipart(kind: string, parts: Buffer[]): Buffer {
  const boundary = `part-${randomBytes(8).toString("hex")}`;
  const head = Buffer.from(`Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n`);
  const pieces = parts.flatMap((each) => [Buffer.from(`--${boundary}\r\n`), each]);
  return Buffer.concat([head, ...pieces, Buffer.from(`--${boundary}--\r\n`)]);
}

function paragraphs({ greeting, sentences, closing }: Language, seed: number, bytes: number): string {
  let text = `${greeting}\r\n\r\n`;
  for (let index = seed; text.length < bytes - 120; index++) {
    text += sentences[(index * 5 + (index >> 3)) % sentences.length]!;
    text += index % 4 === 3 ? "\r\n\r\n" : "\r\n";
  }
  return `${text}\r\n${closing}\r\n`;
}

/** RFC 2047 "Q". */
function quoted(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte > 32 && byte < 127 && !"=?_".includes(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    )
    .join("");
}

const NAMES = ["Anne Leroy", "Bart Peeters", "Chloe Dubois", "David Janssens", "Emma Wouters", "Fabrice Lambert"];

type Language = { greeting: string; subjects: string[]; sentences: string[]; closing: string };

const LANGUAGES: Language[] = [
  {
    greeting: "Bonjour,",
    subjects: ["Les photos ne partent plus vers le portail", "Fiche d'un bien bloquée", "Question sur les rappels"],
    sentences: [
      "Depuis ce matin, les annonces que nous publions n'arrivent plus sur le portail, alors que tout",
      "semble correct de notre côté. Nous avons vérifié les droits de chaque collaborateur, relancé la",
      "synchronisation deux fois et attendu une heure. Le message affiché parle d'un délai dépassé.",
      "Pouvez-vous regarder si le problème vient de votre serveur ou de notre connexion ?",
      "Un propriétaire attend la mise en ligne de sa maison pour la visite de samedi après-midi.",
      "J'ai joint ce que je vois à l'écran. Ma collègue a exactement la même chose sur son poste.",
      "L'export du mois dernier contenait aussi deux biens en double, je ne sais pas si c'est lié.",
    ],
    closing: "Merci d'avance pour votre aide,\r\nAnne Leroy\r\nAgence du Parc\r\n+32 2 555 01 02",
  },
  {
    greeting: "Goedemorgen,",
    subjects: [
      "Kalender toont de afspraken dubbel",
      "Geen melding bij een nieuwe aanvraag",
      "Vraag over de facturatie",
    ],
    sentences: [
      "Sinds de laatste aanpassing zien wij elke afspraak twee keer in de kalender van het kantoor,",
      "en wie een van beide verwijdert, is ze allebei kwijt. Op de telefoon klopt het wel nog altijd.",
      "Wij hebben de koppeling al eens losgemaakt en opnieuw gelegd, maar dat heeft niets veranderd.",
      "Kunnen jullie nagaan of er aan onze kant een instelling verkeerd staat?",
      "Voor de collega's in Gent is het vervelend, want zij plannen twintig bezoeken per dag in.",
      "Ik stuur een afdruk van het scherm mee, met de tijden erbij waarop het misging.",
      "Mag ik ook vragen hoe lang de oude dossiers bewaard blijven?",
    ],
    closing: "Met vriendelijke groeten,\r\nBart Peeters\r\nVastgoed Aan De Leie\r\n+32 9 555 03 04",
  },
  {
    greeting: "Hello,",
    subjects: [
      "Owners receive the report twice",
      "Cannot change the price of a listing",
      "How do we add a second office?",
    ],
    sentences: [
      "When one of us changes the price of a listing, the old price stays on the public page for hours,",
      "although the history shows the change at once. We tried it from two computers and three browsers.",
      "It started after the weekend; until Friday the page followed within a minute or so.",
      "Is there something that we must confirm on our side before a change becomes visible?",
      "The seller has called twice, since buyers keep offering the amount that is no longer asked.",
      "Please find the reference of the listing below, and a picture of both pages side by side.",
      "While I am writing: can the weekly report be sent to two addresses?",
    ],
    closing: "Kind regards,\r\nDavid Janssens\r\nHarbour Estates\r\n+32 3 555 05 06",
  },
];
