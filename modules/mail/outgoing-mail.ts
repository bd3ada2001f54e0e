import type { Instant } from "@permanence/kernel";
import type { OutgoingMailPurpose, Urgency } from "./mail-tables.ts";
import { bodyWithFiles, type MailFile } from "./outgoing-files.ts";
import { addressText, bodyOf, encodedText, headerField } from "./outgoing-mime.ts";

export type Person = { name: string; address: string };

/** A mail that the desk wants to send, written out for its reader. */
export type MailToQueue = {
  purpose: OutgoingMailPurpose;
  /** Null for what belongs to no ticket: a sign-in link. */
  ticketId: string | null;
  contactId: string | null;
  /** Of what is discussed with others than the customer: no ticket's mail then. */
  sideThreadId?: string;
  /** The desk's address that it comes from. */
  mailbox: string;
  fromName: string;
  to: { name: string; address: string };
  /** Whom all of its copies show; `to` alone where it is missing. */
  shown?: { to: Person[]; cc: Person[] };
  files?: MailFile[];
  subject: string;
  text: string;
  html: string | null;
  /** BCP 47, of the text. */
  language: string;
  /** The ticket's token: it goes into Reply-To and Message-ID. Null: replies come to the plain mailbox. */
  replyToken: string | null;
  /** Message-IDs without brackets, as they came from outside. */
  inReplyTo: string | null;
  references: string[];
  /** RFC 3834: "auto-replied" to a mail, "auto-generated" for other news; null for what a person wrote. */
  automatic: "auto-replied" | "auto-generated" | null;
  /** RFC 8098: asks the reader's program to say that the mail was displayed. */
  requestMdn: boolean;
  /** Not handed over before; at once where it is missing. */
  notBefore?: Instant;
  /** "usual" where it is missing. */
  urgency?: Urgency;
  /** Of the return path; a new one where it is missing. */
  returnToken?: string;
  /** Where the reader's program ends such mails: it is opened, or sent one POST. */
  unsubscribeUrl?: string;
};

/** What the outbox adds to a mail of its own. Message-ID without brackets. */
export type OutgoingIdentity = { messageId: string; returnPath: string; replyTo: string; date: Instant };

/** The mail as MIME, CRLF line ends, the very bytes that every attempt sends. */
export function renderMail(mail: MailToQueue, identity: OutgoingIdentity): Buffer {
  const head = [
    headerField("From", addressText({ name: mail.fromName, address: mail.mailbox })),
    headerField("To", addressList(mail.shown?.to ?? [mail.to])),
    ...(mail.shown && mail.shown.cc.length > 0 ? [headerField("Cc", addressList(mail.shown.cc))] : []),
    headerField("Reply-To", addressText({ name: mail.fromName, address: identity.replyTo })),
    headerField("Subject", encodedText(mail.subject)),
    `Message-ID: <${identity.messageId}>\r\n`, // Not folded: some programs look for it on the line of its name.
    headerField("Date", new Date(identity.date).toUTCString().replace("GMT", "+0000")),
    ...threadFields(mail),
    ...otherFields(mail, identity.returnPath),
    "MIME-Version: 1.0\r\n",
  ];
  const html = mail.html === null ? [] : [{ type: "text/html" as const, content: mail.html }];
  const boundary = `=_${identity.messageId.split("@")[0]}`;
  const parts = [{ type: "text/plain" as const, content: mail.text }, ...html];
  const files = mail.files ?? [];
  const body = files.length === 0 ? bodyOf(parts, boundary) : bodyWithFiles(parts, files, boundary);
  return Buffer.from(head.join("") + body);
}

/** Of nobody: RFC 5322, section 3.4, has a group without members for that. */
function addressList(people: Person[]): string {
  return people.length === 0 ? "undisclosed-recipients:;" : people.map(addressText).join(", ");
}

function threadFields({ inReplyTo, references }: MailToQueue): string[] {
  const thread = [...new Set([...references, ...(inReplyTo === null ? [] : [inReplyTo])])].filter(isMessageId);
  // The first says what the thread is, the last where in it we are; RFC 5322 lets the middle go.
  const kept = thread.length <= MOST_REFERENCES ? thread : [thread[0]!, ...thread.slice(1 - MOST_REFERENCES)];
  return [
    ...(inReplyTo !== null && isMessageId(inReplyTo) ? [headerField("In-Reply-To", `<${inReplyTo}>`)] : []),
    ...(kept.length > 0 ? [headerField("References", kept.map((id) => `<${id}>`).join(" "))] : []),
  ];
}

const MOST_REFERENCES = 20;

/** Strangers' ids are repeated only where they are such, and short: each must fit a header line (RFC 5322, 2.1.1). */
function isMessageId(id: string): boolean {
  return /^[\x21-\x3b\x3d\x3f-\x7e]{1,250}$/.test(id);
}

function otherFields(mail: MailToQueue, returnPath: string): string[] {
  const isLanguage = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(mail.language);
  const url = mail.unsubscribeUrl;
  const fields = {
    ...(isLanguage && { "Content-Language": mail.language }),
    ...(mail.automatic !== null && { "Auto-Submitted": mail.automatic, "X-Auto-Response-Suppress": "All" }),
    ...(url !== undefined && { "List-Unsubscribe": `<${url}>` }), // RFC 2369, section 3.2.
    // RFC 8058, section 3.1: by one click, without asking again; of https alone.
    ...(url?.startsWith("https:") && { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
    // To the address that only this mail carries: an answer to it proves that its reader has it.
    ...(mail.requestMdn && { "Disposition-Notification-To": returnPath }),
  };
  return Object.entries(fields).map(([name, value]) => headerField(name, value));
}
