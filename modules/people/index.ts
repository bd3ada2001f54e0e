export { findBlocked } from "./blocked-senders.ts";
export { clearAddress, markAddress } from "./address-failures.ts";
export {
  type ApiContext,
  type ApiEnv,
  apiRouter,
  IsoText,
  json,
  jsonBody,
  Problem,
  problem,
  problems,
  type Session,
  versionedJson,
} from "./api.ts";
export { IfMatch, ifMatchAllows, setEtag } from "./api-etag.ts";
export { listOf, pageOf, pageQuery } from "./api-page.ts";
export { addAgent, type Agent, findAgent, findAgentByEmail, listAgents } from "./agent-store.ts";
export { findPrimaryAddress, primaryFirst } from "./contact-addresses.ts";
export { type Contact, findContact, findOrMakeContact, findOrMakeContacts, type Sender } from "./contact-store.ts";
export {
  authenticateCustomer,
  beginCustomerSignIn,
  type Customer,
  CUSTOMER_COOKIE,
  finishCustomerSignIn,
} from "./customer-sign-in.ts";
export { type CustomerRecord, eraseContact, readCustomerRecord } from "./customer-record.ts";
export {
  authenticate,
  issueCredential,
  MAILED_LINK_MS,
  type NewCredential,
  PRINTED_LINK_MS,
  removeCredential,
} from "./credential-store.ts";
export { openSecret, sealSecret } from "./sealed-secret.ts";
export { type AuditKind, type AuditRecord, recordAudit, recordView } from "./audit-store.ts";
export { CLIENT_HEADER, visitorOf } from "./visitor.ts";
export { useSignInLink } from "./sign-in-link.ts";
export { calendarSchema, type CalendarSettings } from "./calendar-settings.ts";
export { type Applied, applyDesk } from "./desk-application.ts";
export type { Mistake } from "./desk-file.ts";
export { type DeskFiles, readDeskFolder } from "./desk-folder.ts";
export type { DeskSettings, MailboxSettings, TargetSettings } from "./desk-settings.ts";
export {
  AROUND_THE_CLOCK,
  calendarsIn,
  type EscalationRule,
  type PolicyDocument,
  policySchema,
  type Priority,
  type PromisedTargetName,
  STANDARD_POLICY,
} from "./policy-settings.ts";
export { calendarAt, type CalendarVersion, resolveTerms, type Terms, termsAt } from "./policy-terms.ts";
export { findContracts } from "./contract-store.ts";
export { type FetchedMailbox, findFetchedMailboxes } from "./fetched-mailboxes.ts";
export type { ImapSettings } from "./imap-settings.ts";
export { type Desk, deskOf, type DeskTemplate, findDesk, forgetDesk, nextTicketNumbers } from "./desk-store.ts";
export { domainOf, normalAddress, normalDomain } from "./mail-address.ts";
export { peopleRoutes } from "./people-routes.ts";
export type { CustomerSignInMail, InvitationMail, PeopleRoutesOptions } from "./people-routes-options.ts";
export { SESSION_COOKIE } from "./session-cookie.ts";
export { mayDo, type Permission, PERMISSIONS } from "./permissions.ts";
export { AGENT_LANGUAGES, type CredentialKind, type Role, ROLES } from "./people-tables.ts";
export type { TemplateKind } from "./template-file.ts";
export {
  countsOf,
  type Mistake as DirectoryMistake,
  previewDirectory,
  addImport,
  applyImport,
} from "./directory-import-store.ts";
export { shownLine } from "./directory-plan.ts";
export { ticketsVisibleTo, type VisibleTickets } from "./visible-tickets.ts";
export { isPublicMailProvider } from "./public-mail-providers.ts";
export { type Brand, type DeskPage, findBrand, listDeskPages, pageIn, readLogo } from "./site-store.ts";
export { type Block, blocksOf } from "./page-text.ts";
export { contactEntries, organisationEntries } from "./people-search-sources.ts";
