// What the HTTP API answers of mailboxes, and of where mail is sent from.

export type Mailbox = {
  address: string;
  name: string;
  kind: "smtp" | "imap";
  state: "connected" | "failing" | "unknown";
  lastContactAt: string | null;
  lastMailAt: string | null;
  error: string | null;
  errorSince: string | null;
  leftBehind: number;
  takenFrom: string | null;
  history: { from: string; imported: number; done: boolean } | null;
};

export type FailingAddress = {
  address: string;
  contact: { id: string; name: string };
  failedAt: string;
  reason: string;
};

/** What came back of a probe of the relay; null: not yet. */
export type RelayProbe = {
  id: string;
  mailbox: string;
  startedAt: string;
  sending: "queued" | "sent" | "failed";
  error: string | null;
  arrived: { at: string; returnPathKept: boolean; messageIdKept: boolean; selectors: string[] } | null;
  success: { at: string; outcome: string; toReturnAddress: boolean } | null;
  failure: { at: string; toReturnAddress: boolean } | null;
};

export type SendingIdentity = {
  domain: string;
  addresses: string[];
  records: {
    kind: "mx" | "spf" | "dmarc" | "dkim";
    name: string;
    wanted: string | null;
    found: string[];
    state: "there" | "weak" | "missing" | "differs" | "unanswered" | "open";
  }[];
};

export type MailboxContents = {
  address: string;
  folder: string;
  messages: number;
  months: { month: string; messages: number }[];
  oldest: string | null;
  newest: string | null;
  takenFrom: string | null;
  wouldTake: { messages: number; bytes: number; tooLarge: number };
  older: number;
  history: number;
};
