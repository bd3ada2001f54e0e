import type { MailReader, Sanitiser } from "@permanence/mail";
import { assignmentRoutes } from "./assignment-routes.ts";
import { alertRoutes } from "./alert-routes.ts";
import { attachedMessageRoutes } from "./attached-message-routes.ts";
import { clockRoutes } from "./clock-routes.ts";
import { contentRoutes } from "./content-routes.ts";
import { customerChangeRoutes } from "./customer-change-routes.ts";
import { customerContentRoutes } from "./customer-content-routes.ts";
import { customerDataRoutes } from "./customer-data-routes.ts";
import { erasureRequestRoutes } from "./erasure-request-routes.ts";
import { customerTicketRoutes } from "./customer-ticket-routes.ts";
import type { PersonalSources } from "./personal-source.ts";
import { openMessagePages } from "./message-page.ts";
import { ratingRoutes } from "./rating-routes.ts";
import { evidenceRoutes } from "./evidence-routes.ts";
import { incidentRoutes } from "./incident-routes.ts";
import { formRequestRoutes } from "./form-request-routes.ts";
import { publicDeskRoutes } from "./public-desk-routes.ts";
import { publicIncidentRoutes } from "./public-incident-routes.ts";
import { holidayRoutes } from "./holiday-routes.ts";
import { mailWayRoutes } from "./mail-way-routes.ts";
import { messageRoutes } from "./message-routes.ts";
import { newsRoutes } from "./news-routes.ts";
import { noticeRoutes } from "./notice-routes.ts";
import { policyPreviewRoutes } from "./policy-preview-routes.ts";
import { presenceRoutes } from "./presence-routes.ts";
import { quarantineRoutes } from "./quarantine-routes.ts";
import { relayProbeRoutes } from "./relay-probe-routes.ts";
import { ticketChangeRoutes } from "./ticket-change-routes.ts";
import { searchRoutes } from "./search-routes.ts";
import { snoozeRoutes } from "./snooze-routes.ts";
import { stoppedRoutes } from "./stopped-routes.ts";
import { tagRoutes } from "./tag-routes.ts";
import { teamRoutes } from "./team-routes.ts";
import { triageRoutes } from "./triage-routes.ts";
import { answerRoutes } from "./answer-routes.ts";
import { draftRoutes, sendingRoutes } from "./draft-routes.ts";
import { sideRoutes } from "./side-routes.ts";
import { writingRoutes } from "./writing-routes.ts";
import { uploadRoutes } from "./upload-routes.ts";
import { ticketRoutes as readingRoutes } from "./ticket-routes.ts";
import type { WatchDesk } from "./counted-tickets.ts";
import { viewRoutes } from "./view-routes.ts";

export { type News, type NewsKind, notifyAgents } from "./agent-news.ts";
export { agentDayTasks } from "./agent-day-tasks.ts";
export type { WatchDesk } from "./counted-tickets.ts";
export { wakeForgotten } from "./snooze-waking.ts";
export { mailAlerts } from "./alert-mail.ts";
export { alertOfClock, alertOfMailboxes, alertOfRelay, alertOfWarning } from "./alert-sources.ts";
export { type NewAlert, closeAlerts, raiseAlert } from "./alert-store.ts";
export {
  actorOf,
  logCallOf,
  MENTIONED,
  openTicketFor,
  replyToCustomer,
  setPriority,
  type Acting,
} from "./agent-actions.ts";
export { accountsOf } from "./clock-account.ts";
export { accountTitle, tellClock } from "./clock-account-sentences.ts";
export { accountWords } from "./clock-account-words.ts";
export type { ClockEvent } from "./clock-events.ts";
export { type ExplainedClock, explainClocks } from "./clock-routes.ts";
export { foldDueClocks } from "./clock-sweep.ts";
export type { ClockWarning, TellWarning } from "./clock-warnings.ts";
export { type ChainedEvent, findBrokenLink } from "./event-chain.ts";
export { openHistoryReading } from "./history-reading.ts";
export { openInboundMailReading, type Reading } from "./inbound-mail-reading.ts";
export { whyQuarantined } from "./mail-filing.ts";
export { outboxHooks } from "./outbox-hooks.ts";
export { INCIDENT_ACTION, type IncidentAction, requeueIncidentActions, runIncidentAction } from "./incident-actions.ts";
export { fingerprintsOf, offerIncidents } from "./incident-offers.ts";
export { isLikeSome } from "./similar-tickets.ts";
export { findLatestProbe, type ProbeFindings, startProbe } from "./relay-probe.ts";
export { queueCustomerSignInMail, queueInvitation, queueSignInMail } from "./sign-in-mail.ts";
export { ENTRY_MAKERS } from "./search-entries.ts";
export {
  addAttendJob,
  ATTEND_TICKET,
  openTicketChange,
  openTicketChanges,
  type TicketChange,
} from "./ticket-change.ts";
export { queuePageMail } from "./page-mail.ts";
export { queueSuggestionMail, type SuggestionNews } from "./suggestion-mail.ts";
export { registerFormRequest } from "./form-request.ts";
export { type Texts, textIn } from "./incident-store.ts";
export { TextsSchema } from "./incident-view.ts";
export { tellTaken } from "./taken-mail.ts";
export { TEMPLATES } from "./template.ts";
export { eraseTicket } from "./erasure.ts";
export { askForRatings } from "./rating-mail.ts";
export { closeTicket } from "./ticket-state.ts";
export { findTicketByName } from "./ticket-store.ts";
export { bodyOf, FileBody, refuseUpload, UploadQuery, UploadView, uploadView } from "./upload-routes.ts";
export { MOST_UPLOAD_BYTES, receiveUpload, type IncomingFile, type UploadRefusal } from "./upload.ts";
export { takeUploads } from "./upload-store.ts";
export { letterHtml, letterText } from "./letter-text.ts";
export { requeueSendings, SEND_DRAFT, sendDraft, type SendDraftPayload } from "./sending.ts";
export { sweepUploads } from "./upload-sweep.ts";
export { requeueUnreadMail } from "./unread-mail-sweep.ts";

type TicketRoutesOptions = {
  personal: PersonalSources;
  /** Tells of each change of a desk. */
  watch: WatchDesk;
  sanitiser: Sanitiser;
  reader: MailReader;
  caps: boolean;
  outgoing: "smtp" | "mailroom";
};

/** Every route of this module. `caps`: whether notices are spaced per address and hour. */
export function ticketRoutes({ watch, sanitiser, reader, caps, outgoing, personal }: TicketRoutesOptions) {
  const showPage = openMessagePages(sanitiser);
  return [
    snoozeRoutes(), // Before those of one ticket: its times stand at a word beside the ids.
    viewRoutes(watch),
    teamRoutes(),
    tagRoutes(),
    assignmentRoutes(),
    presenceRoutes(watch),
    newsRoutes(),
    readingRoutes(watch),
    ticketChangeRoutes(),
    searchRoutes(),
    messageRoutes(reader),
    contentRoutes(showPage),
    attachedMessageRoutes({ sanitiser, reader }),
    evidenceRoutes(),
    mailWayRoutes(),
    alertRoutes(),
    clockRoutes(),
    triageRoutes(),
    stoppedRoutes(),
    incidentRoutes(),
    publicIncidentRoutes(),
    publicDeskRoutes(),
    formRequestRoutes(),
    uploadRoutes(),
    customerTicketRoutes(),
    customerContentRoutes(showPage),
    customerChangeRoutes(),
    ratingRoutes(),
    customerDataRoutes(personal),
    erasureRequestRoutes(personal),
    draftRoutes(),
    sendingRoutes(sanitiser),
    sideRoutes(sanitiser),
    writingRoutes(),
    answerRoutes(),
    noticeRoutes(),
    relayProbeRoutes({ outgoing }),
    policyPreviewRoutes(),
    holidayRoutes(),
    quarantineRoutes({ caps, reader }),
  ];
}
