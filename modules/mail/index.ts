// Intake, outbox, evidence.
export { type Authentication, senderProof, type SenderProof } from "./authentication.ts";
export { readTrustedResults } from "./authentication-results.ts";
export { AuthenticationView, SenderProofView } from "./authentication-view.ts";
export { appendEvidence, type Evidence, listEvidenceOfMails, listEvidenceOfTicket } from "./evidence-store.ts";
export { FreshMails, type RawMail } from "./fresh-mails.ts";
export { inboundMailRoutes } from "./inbound-mail-routes.ts";
export {
  findInboundMail,
  listInboundMails,
  listUnreadHistory,
  listUnreadMails,
  lockInboundMails,
  markRead,
} from "./inbound-mail-store.ts";
export { type Backlog, readBacklog, type Waiting } from "./mail-backlog.ts";
export type {
  EvidenceRow,
  EvidenceRung,
  InboundMailKind,
  InboundMailRow,
  OutgoingMailPurpose,
  OutgoingMailRow,
  OutgoingMailState,
} from "./mail-tables.ts";
export {
  findOwnAddresses,
  putMail,
  queueLetter,
  queueMail,
  type QueuedMail,
  SEND_MAIL,
  type SendMailPayload,
} from "./outbox.ts";
export type { MailFile } from "./outgoing-files.ts";
export { OUTGOING_MAIL_STATES } from "./mail-tables.ts";
export { openOutbox, type Outbox, type OutboxHooks } from "./outbox-jobs.ts";
export type { MailToQueue, Person } from "./outgoing-mail.ts";
export { outgoingMailRoutes } from "./outgoing-mail-routes.ts";
export {
  findMailByMessageId,
  findMailByReturnToken,
  findOutgoingMail,
  listOutgoingMails,
  markReturned,
} from "./outgoing-mail-store.ts";
export { mailboxContentsRoutes, type MailboxContentsOptions } from "./mailbox-contents-routes.ts";
export { mailboxRoutes } from "./mailbox-routes.ts";
export { credentialsOf, type RelayAddress } from "./relay-connection.ts";
export { describeImapFailure, type ImapFailure } from "./imap-failure.ts";
export { type ImapIntake, startImapIntake } from "./imap-intake.ts";
export { type ImapSurvey, probeMailbox, surveyMailbox } from "./imap-survey.ts";
export { examineDomain, type DomainRecord } from "./domain-records.ts";
export { findRecipientHosts, type RecipientHosts } from "./recipient-hosts.ts";
export { SenderDns } from "./sender-dns.ts";
export { sendingIdentityRoutes } from "./sending-identity-routes.ts";
export { relayTrouble } from "./relay-trouble.ts";
export { openSenderChecks, type SenderChecks, type SenderChecksOptions } from "./sender-checks.ts";
export type { SenderClaim } from "./sender-verify.ts";
export {
  addHistoryJob,
  addReadJob,
  READ_HISTORY,
  READ_MAIL,
  type ReadHistoryPayload,
  type ReadMailPayload,
} from "./smtp-commit.ts";
export { MailMemory } from "./smtp-memory.ts";
export { type SmtpIntake, type SmtpIntakeOptions, startSmtpIntake } from "./smtp-intake.ts";
export {
  type AddressTag,
  LONGEST_MAILBOX_LOCAL_OCTETS,
  mailboxesMeantBy,
  parseTaggedAddress,
  splitAddress,
  tagAddress,
} from "./tagged-address.ts";

// Reading.
export type { Invitation, InvitationTime } from "./calendar-invitation.ts";
export type { Repetition } from "./calendar-repetition.ts";
export type { MailProtection } from "./mime-protection.ts";
export type {
  Automatic,
  HeaderOfInterest,
  MailAddress,
  MailAttachment,
  MailForm,
  ReadingChoice,
  ReadMail,
  Unreadable,
} from "./read-mail.ts";
export type { Delivery, DeliveryOutcome, DeliveryReason, Disposition, MailReport } from "./report.ts";
export { type MailReader, type MailReaderOptions, openMailReader } from "./read-pool.ts";
export { mailFrameDocument, mailFramePolicy, MAIL_FRAME_SANDBOX } from "./html-frame.ts";
export { openSanitiser, type Refused, type Sanitiser, SANITISER_VERSION, type SanitiserOptions } from "./sanitiser.ts";
export type { SafePage } from "./sanitiser-page.ts";
export { startTestDns } from "./dns-test-server.ts";
export { TEST_CERTIFICATE } from "./smtp-test-certificate.ts";
export { type RelayOAuth, relayTokens, type TokenSource } from "./relay-token.ts";
export { isPublicAddress } from "./public-address.ts";
