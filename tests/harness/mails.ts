/** Words enough for the language to be told, and of a general problem: of normal priority. */
const TEXTS = {
  fr: "Bonjour,\n\nLe filtre de la liste des biens oublie notre choix à chaque visite. Rien de bloquant, mais c'est gênant.\nPouvez-vous regarder ?\n\nBien à vous,\n",
  nl: "Goedemorgen,\n\nDe filter van de pandenlijst vergeet onze keuze bij elk bezoek. Wij kunnen verder werken, maar het is vervelend.\nKunt u eens kijken?\n\nMet vriendelijke groeten,\n",
  en: "Good morning,\n\nThe filter of the property list forgets our choice at every visit. It does not stop us working, but it is a nuisance.\nCould you have a look?\n\nKind regards,\n",
};

export type Language = keyof typeof TEXTS;

type Mail = {
  from: string;
  to?: string;
  subject: string;
  messageId?: string;
  text?: string;
  language?: Language;
  /** Further header lines. */
  headers?: string[];
};

let made = 0;

/** A plain mail from a person, as bytes. */
export function plainMail({
  from,
  to = "helpdesk@whise.eu",
  subject,
  language = "fr",
  headers = [],
  ...mail
}: Mail): Buffer {
  const { messageId = `${++made}.${process.pid}.${Date.now()}@agence.example`, text = TEXTS[language] + from } = mail;
  const lines = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${messageId}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    ...headers,
    "",
    ...text.split("\n"),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n`);
}

/** A mail whose whole body is HTML. */
export function htmlMail({ html, ...mail }: Omit<Mail, "text"> & { html: string }): Buffer {
  const raw = plainMail({ ...mail, text: "HERE" }).toString();
  return Buffer.from(raw.replace("text/plain", "text/html").replace("HERE", () => html));
}

/** The value of a header in raw mail, unfolded; null where it is absent. */
export function headerOf(raw: Buffer, name: string): string | null {
  const [head = ""] = raw.toString("utf8").split("\r\n\r\n", 1);
  const unfolded = head.replaceAll(/\r\n[ \t]+/g, " ");
  return new RegExp(`^${name}: *(.*)$`, "im").exec(unfolded)?.[1]?.trim() ?? null;
}
