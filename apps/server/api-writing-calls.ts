const UNKNOWN = "00000000-0000-7000-8000-000000000000";

/** For api-document.test.ts: what agents write, as method, address and body. */
export const WRITING_CALLS: [string, string, unknown?][] = [
  ["POST", "/uploads?name=notes.txt", "Rien ne va."],
  ["POST", "/uploads?name=virus.exe", "MZ"],
  ["POST", "/uploads"],
  ["GET", "/uploads/{upload}"],
  ["DELETE", "/uploads/{upload}"],
  ["DELETE", "/uploads/{upload}"],
  ["GET", "/me/writing"],
  ["PUT", "/me/writing", { undoSeconds: 5, signatures: { fr: "An" } }],
  ["PUT", "/me/writing", { undoSeconds: 31, signatures: {} }],
  ["PUT", "/tickets/{mailed}/drafts/agent", { text: "Bonjour" }],
  ["PUT", "/tickets/{mailed}/drafts/elsewhere", { text: "Bonjour" }],
  ["GET", "/tickets/{mailed}/drafts"],
  ["GET", `/tickets/${UNKNOWN}/drafts`],
  ["POST", "/tickets/{mailed}/drafts/agent/sending", { text: "Bonjour {{x}}" }],
  ["POST", "/tickets/{mailed}/drafts/agent/sending", { text: "Bonjour", to: ["Zoe"] }],
  ["DELETE", `/tickets/{mailed}/sendings/${UNKNOWN}`],
  ["DELETE", "/tickets/{mailed}/drafts/agent"],
  ["POST", "/tickets/{mailed}/drafts/note/sending", { text: "À voir." }],
  ["POST", "/tickets/{mailed}/drafts/side/sending", { text: "Bonjour", to: ["aide@notaire.example"], subject: "Acte" }],
  ["GET", "/tickets/{mailed}/side-threads"],
  ["GET", `/tickets/${UNKNOWN}/side-threads`],
  ["PUT", `/tickets/{mailed}/side-threads/${UNKNOWN}/seen`],
  ["GET", `/tickets/{mailed}/side-threads/${UNKNOWN}/messages/${UNKNOWN}/html`],
  ["GET", `/tickets/{mailed}/side-threads/${UNKNOWN}/messages/${UNKNOWN}/attachments/0`],
];
