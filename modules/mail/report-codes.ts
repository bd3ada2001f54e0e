/** What a system's words say in codes. */
export type Codes = {
  /** RFC 3463, the most telling of those that stand there; empty where none does. */
  status: string;
  /** RFC 5321, section 4.2.1. */
  replyCode: string;
  /** What the refusal answered, where that is told. */
  command: Command | null;
};

/** `connect` stands for all that comes before a mail: the greeting, EHLO. */
export type Command = "connect" | "mail" | "rcpt" | "data";

/** Neither a piece of an IP address or a version, nor of a longer number. */
const STATUS = /(?<![\d.])([245]\.[0-7]\.\d{1,3})(?!\d|\.\d)/g;
/** After white space or a sign that may stand before a reply, and before what may follow one. */
const REFUSAL = /(?:^|[\s:;(<#'"[])([45][0-5]\d)(?=[\s\-:,;'")<]|$)/;
const CONSENT = /(?:^|[\s:;])(2[0-5]\d)(?=[\s-]|$)/;

/** Old sendmail's own reply around the one that it got: "554 <ann@agence.be>... 550 Host unknown". */
const WRAPPED = /^\s{0,9}[45]\d\d <[^<>\s]{1,320}>\.\.\. (?=[45]\d\d )/;

/** The codes in a text about a mail that was refused, or was taken. */
export function codesIn(words: string, isRefused: boolean): Codes {
  const text = words.replace(WRAPPED, "");
  const statuses = [...text.matchAll(STATUS)].map(([, status]) => status!);
  return {
    status: statuses.find((status) => !isVague(status)) ?? statuses[0] ?? "",
    replyCode: (isRefused ? REFUSAL : CONSENT).exec(text)?.[1] ?? "",
    command: commandIn(flowed(text)) ?? commandInTranscript(text),
  };
}

/** Words on one line that were broken over several, as Postfix breaks them: indented. */
export function flowed(text: string): string {
  return text.replaceAll(/\n[ \t]+/g, " ");
}

/** "Undefined" in all its parts. */
const isVague = (status: string): boolean => status.endsWith(".0.0");

const COMMANDS: [Command, RegExp][] = [
  ["data", /(?:in reply to|after|following|to our)(?: the)?(?: (?:end of|final))? (?:DATA|TEXT|message body)\b/i],
  ["data", /\bafter I sent the message|\bafter end of data|for TEXT command/i],
  ["mail", /(?:in reply to|after|following|to our|did not like our)(?: the)? MAIL\b/i],
  ["rcpt", /(?:in reply to|after|following|to our|did not like our)(?: the)? RCPT\b/i],
  ["data", /did not like our (?:final )?DATA/i],
  ["rcpt", /\bdoes not like recipient|\[RCPT_TO\]|\bin RCPT TO\b/],
  ["mail", /\bdoes not like sender|\[MAIL_FROM\]/],
  ["connect", /after initial connection|in reply to(?: the)? (?:EHLO|HELO)|refused to talk to (?:me|us)/i],
  ["connect", /my name was rejected|did not like our (?:EHLO|HELO)|during the HELO|performing the (?:EHLO|HELO)/i],
];

function commandIn(text: string): Command | null {
  return COMMANDS.find(([, phrase]) => phrase.test(text))?.[0] ?? null;
}

/** The command of ours that stands before the first refusal: ">>> RCPT TO:<…>", "<<< 550 …". */
function commandInTranscript(text: string): Command | null {
  const refusal = /^[> \t]{0,9}<<< ?[45]\d\d/m.exec(text)?.index ?? text.length;
  const sent = [
    ...text
      .slice(0, refusal)
      .matchAll(/^[> \t]{0,9}(?:(?:Sent )?(?:>>>|<<<) ?)?(EHLO|HELO|MAIL FROM|RCPT TO|DATA)\b/gim),
  ];
  const name = sent.at(-1)?.[1]?.toLowerCase().slice(0, 4);
  return name === undefined ? null : name === "ehlo" || name === "helo" ? "connect" : (name as Command);
}

/**
 * The status of a recipient from its own field and from the diagnostic beside it. The field is what the reporting
 * system made of it; the words may tell more. What contradicts the reply loses; then what is undefined in its detail;
 * then those fields that say only that it did not work (RFC 3463: 4.4.7 asks for the actual problem instead).
 */
export function statusOf(field: string, { status: told, replyCode }: Codes): string {
  if (field === "" || told === "") return field === "" ? told : field;
  if (field[0] !== told[0] && replyCode !== "") return replyCode[0] === told[0] ? told : field;
  if (isVague(field)) return isVague(told) ? field : told;
  if (isVague(told)) return field;
  const isUndetailed = (status: string): boolean => /\.0(?:\.|$)/.test(status);
  if (isUndetailed(field) && !isUndetailed(told)) return told;
  if (/^(?:4\.4\.7|4\.7\.0|5\.3\.|.\.5\.[1245]$)/.test(field)) return told;
  if (field === "5.1.1") return isUndetailed(told) || told.startsWith("5.5.") ? field : told; // Old sendmail's guess at any 550.
  return field === "5.1.3" && told.startsWith("5.7.") ? told : field;
}
