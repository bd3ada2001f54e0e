import { instant, toIso } from "@permanence/kernel";
import {
  type Authentication,
  type MailReader,
  type ReadMail,
  readTrustedResults,
  type Sanitiser,
  type SenderChecks,
} from "@permanence/mail";
import { whyQuarantined } from "@permanence/tickets";
import { readFile } from "node:fs/promises";

export type Inspectors = {
  reader: MailReader;
  sanitiser: Sanitiser;
  languages: string[];
  /** Verifies signatures, by the DNS; where `trusted` names servers, it is not asked. */
  senders?: SenderChecks;
  /** Servers whose Authentication-Results are believed. */
  trusted?: string[];
};

/** A mail as `mail inspect` prints it. */
export type Inspection = Pick<
  ReadMail,
  "from" | "to" | "cc" | "subject" | "messageId" | "inReplyTo" | "references" | "text" | "reply" | "html"
> & {
  file: string;
  kind: ReadMail["kind"] | "quarantined";
  date: string | null;
  automatic: ReadMail["automatic"];
  absentUntil: string | null;
  delivery: { recipient: string; outcome: string; status: string; replyCode: string; permanent: boolean }[];
  report: ReadMail["report"];
  attachments: { name: string; type: string; sizeBytes: number; sha256: string; inline: boolean }[];
  language: string | null;
  warnings: string[];
  /** Left out where nothing is known of it. */
  authentication?: Authentication;
};

/** Reads one file as a mail would be. Only a file that cannot be opened has no inspection. */
export async function inspectFile(file: string, inspectors: Inspectors): Promise<Inspection | { unopened: string }> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (bytes instanceof Error) return { unopened: `${file} cannot be opened: ${reasonOf(bytes)}.` };

  const { reader, languages } = inspectors;
  const mail = await reader.read(bytes, { languages, prior: languages });
  if ("unreadable" in mail) return quarantined(file, mail.unreadable);
  const [inspection, authentication] = await Promise.all([
    inspectionOf(file, mail, inspectors.sanitiser),
    authenticationOf(bytes, mail, inspectors),
  ]);
  return authentication === null ? inspection : { ...inspection, authentication };
}

/** A file came by no connection: what can be known of its sender is what a trusted server wrote, or its signatures. Null
 *  where it has neither, or no DNS answers for them. */
async function authenticationOf(
  bytes: Uint8Array,
  mail: ReadMail,
  { senders, trusted = [] }: Inspectors,
): Promise<Authentication | null> {
  const author = mail.from?.address;
  if (author === undefined) return null;
  if (trusted.length > 0)
    return readTrustedResults({ topmost: mail.authenticationResults, trusted, from: author, author });
  if (!isSigned(bytes)) return null;
  const receivedAt = mail.date ?? instant(0); // As its first reader saw it: a signature that expired since then was good.
  const found = await senders?.check(bytes, { author, receivedAt, connection: null });
  const isKnown = found && found.dkim !== "none" && found.dkim !== "temperror" && found.arc !== "temperror";
  return isKnown ? found : null;
}

const HEAD_BYTES = 256 * 1024;

function isSigned(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, HEAD_BYTES))
    .toString("latin1")
    .split(/\r?\n\r?\n/, 1)[0]!;
  return /^(?:dkim-signature|arc-seal)[ \t]*:/im.test(head);
}

async function inspectionOf(file: string, mail: ReadMail, sanitiser: Sanitiser): Promise<Inspection> {
  const page = await safePageOf(mail, sanitiser);
  const quarantine = whyQuarantined(mail);
  return {
    file,
    kind: quarantine === null ? mail.kind : "quarantined",
    automatic: mail.automatic,
    absentUntil: mail.absentUntil,
    delivery: mail.delivery.map(({ recipient, outcome, status, replyCode, permanent }) => ({
      recipient,
      outcome,
      status,
      replyCode,
      permanent,
    })),
    report: mail.report,
    from: mail.from,
    to: mail.to,
    cc: mail.cc,
    subject: mail.subject,
    date: mail.date === null ? null : toIso(mail.date),
    messageId: mail.messageId,
    inReplyTo: mail.inReplyTo,
    references: mail.references,
    text: mail.text,
    reply: mail.reply,
    html: page.html,
    attachments: mail.attachments.map(({ name, type, sizeBytes, sha256, inline }) => ({
      name,
      type,
      sizeBytes,
      sha256,
      inline,
    })),
    language: mail.language,
    warnings: [...(quarantine === null ? [] : [quarantine]), ...mail.warnings, ...page.warnings],
  };
}

/** The page with its own pictures still named by Content-ID: they are nowhere yet. */
async function safePageOf(mail: ReadMail, sanitiser: Sanitiser): Promise<{ html: string | null; warnings: string[] }> {
  if (mail.html === null) return { html: null, warnings: [] };
  const ids = mail.attachments.flatMap(({ contentId }) => contentId ?? []);
  const images = Object.fromEntries(ids.map((id) => [id, `cid:${id}`]));
  const page = await sanitiser.sanitise(mail.html, { remote: false, images });
  return "refused" in page ? { html: null, warnings: [page.refused] } : { html: page.html, warnings: [] };
}

function quarantined(file: string, reason: string): Inspection {
  const nothing = {
    automatic: null,
    absentUntil: null,
    delivery: [],
    report: null,
    from: null,
    to: [],
    cc: [],
    subject: "",
    date: null,
    messageId: null,
    inReplyTo: null,
    references: [],
  };
  return {
    file,
    kind: "quarantined",
    ...nothing,
    text: "",
    reply: "",
    html: null,
    attachments: [],
    language: null,
    warnings: [reason],
  };
}

const REASONS: Record<string, string> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "its permissions forbid it",
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ""] ?? error.message;
}
