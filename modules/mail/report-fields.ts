import { type HeaderField, readFields } from "./mime-header.ts";

/** The fields of a report, as they stand in a part of their own or in the middle of a text. */
export type ReportFields = {
  /** About the mail as a whole (RFC 3464, section 2.2). */
  message: Map<string, string>;
  /** About each recipient (section 2.3), in order. */
  recipients: Map<string, string>[];
};

/** A report's text beyond this is not read: 1,000 recipients with long diagnostics. */
const LONGEST_REPORT = 1_000_000;

/** What begins a recipient where the empty line between two of them is missing. */
const ONCE_A_RECIPIENT = new Set(["final-recipient", "original-recipient", "action", "status"]);

/** Fields in blocks. A block is a recipient's where it names one, or says what happened; a mail's header, which
 *  may follow in the same text, is neither. */
export function readReportFields(text: string, mostRecipients: number): ReportFields & { isCut: boolean } {
  const message = new Map<string, string>();
  const recipients: Map<string, string>[] = [];
  for (const block of text.slice(0, LONGEST_REPORT).split(/\n[ \t\r]*\n/)) {
    if (recipients.length > mostRecipients) break;
    for (const fields of groupsOf(readFields(Buffer.from(block)))) {
      if (isRecipient(fields)) recipients.push(fields);
      else if (recipients.length === 0) for (const [name, value] of fields) message.set(name, value);
      // AOL and others leave out the empty line after the fields about the mail.
      if (recipients.length === 1) for (const [name, value] of fields) if (!message.has(name)) message.set(name, value);
    }
  }
  return { message, recipients: recipients.slice(0, mostRecipients), isCut: recipients.length > mostRecipients };
}

function groupsOf(fields: HeaderField[]): Map<string, string>[] {
  const groups: Map<string, string>[] = [];
  let group = new Map<string, string>();
  for (const { name, value } of fields) {
    if (ONCE_A_RECIPIENT.has(name) && group.has(name)) {
      groups.push(group);
      group = new Map();
    }
    if (!group.has(name)) group.set(name, value);
  }
  return [...groups, group];
}

function isRecipient(fields: Map<string, string>): boolean {
  if (fields.has("final-recipient")) return true;
  const saysWhat = fields.has("action") || fields.has("diagnostic-code");
  return saysWhat && (fields.has("original-recipient") || fields.has("status"));
}
