// What agents write, as the API gives and takes it.

export type Upload = { id: string; name: string; type: string; sizeBytes: number; url: string };

export type DraftContent = {
  text: string;
  format: "plain" | "markdown";
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  state: "waiting" | "open" | "on-hold";
  uploads: string[];
  mentions: string[];
};

/** "agent": to the customer; "note"; "side": a new thread beside the ticket; "side:<id>": within one. */
export type DraftPlace = string;

export type KeptDraft = {
  place: DraftPlace;
  content: DraftContent;
  files: Upload[];
  version: number;
  savedAt: string | null;
  problem: string | null;
};

export type Sending = {
  messageId: string;
  place: DraftPlace;
  state: "sending" | "sent";
  sendAt: string | null;
  text: string;
};

export type Writing = { items: KeptDraft[]; sending: Sending[]; undoSeconds: number };

export type SideMessage = {
  id: string;
  kind: "agent" | "partner";
  from: { name: string; address: string };
  at: string;
  text: string;
  reply: string;
  hasHtml: boolean;
  inboundMailId: string | null;
  recipients: { to: string[]; cc: string[]; bcc: string[] } | null;
  attachments: (Upload & { position: number; inline: boolean; isMessage: false })[];
};

export type SideThread = {
  id: string;
  subject: string;
  openedAt: string;
  isNew: boolean;
  partners: { address: string; state: "queued" | "sent" | "failed"; error: string | null }[];
  messages: SideMessage[];
};

/** An answer that agents take up into what they write, by language. */
export type AnswerTemplate = { id: string; name: string; texts: Record<string, string>; version: number };
