/** Words enough for the language to be told. */
const TEXTS = {
  fr: "Bonjour,\n\nDepuis ce matin, nous ne pouvons plus publier nos annonces : la page reste blanche après l'enregistrement.\nPouvez-vous nous aider ?\n\nBien à vous,\n",
  nl: "Goedemorgen,\n\nSinds vanochtend kunnen wij onze panden niet meer publiceren: de pagina blijft leeg nadat we hebben opgeslagen.\nKunt u ons helpen?\n\nMet vriendelijke groeten,\n",
  en: "Good morning,\n\nSince this morning we cannot publish our listings any more: the page stays blank after we have saved it.\nCould you help us?\n\nKind regards,\n",
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
