import type { DeskId, Tx } from "@permanence/database";
import { type DeskWeights, learnFrom, type Suggestion, suggestPriority, type TriageReason } from "@permanence/triage";
import type { TicketChange } from "./ticket-change.ts";
import { PRIORITIES, type Priority } from "./ticket-tables.ts";

/** Who gave a ticket its priority: the model alone, an agent, the customer's own answers, or a rule of the desk. */
export type TriagedBy = "model" | "agent" | "customer" | "desk";

/** Why a ticket has its priority. `suggested` is what the model found in the words that it read last. */
export type TicketTriage = {
  by: TriagedBy;
  suggested: Priority | null;
  confidence: number | null;
  reasons: TriageReason[];
  /** What the customer answered on a form. */
  answers?: Record<string, string>;
};

/** What rules may go by: the triage's own rules that the words met, and answers such as "kind:wish". */
export function signsOf(triage: TicketTriage | null): string[] {
  const met = (triage?.reasons ?? []).flatMap((reason) => (reason.kind === "rule" ? [reason.rule] : []));
  return [...met, ...Object.entries(triage?.answers ?? {}).map(([question, answer]) => `${question}:${answer}`)];
}

const LANGUAGES = ["fr", "nl", "en"] as const;

/** What the words of one message speak for. */
export type Words = { subject: string; body: string; language: string };

/** Suggests a priority for each of these, by the shipped weights and what this desk corrected. */
export async function suggestFor(tx: Tx, deskId: DeskId, messages: Words[]): Promise<Suggestion[]> {
  const weights = await findWeights(tx, deskId);
  return messages.map((words) => suggestPriority(readable(words), weights));
}

function readable({ subject, body, language }: Words) {
  const known = LANGUAGES.find((each) => each === language);
  return { subject, body, ...(known && { language: known }) };
}

export const BY_MODEL = "The words of the mail speak for it.";
const TO_BE_CLASSIFIED = "The words of the mail say too little: somebody is to classify it.";
export const BY_CUSTOMER = "The customer answered that their work has stopped.";

/** What a new ticket is registered with. */
export function triagedBy(suggestion: Suggestion): {
  priority: Priority;
  priorityReason: string;
  triage: TicketTriage;
  toBeClassified: boolean;
} {
  const { priority, toBeClassified } = suggestion;
  const priorityReason = toBeClassified ? TO_BE_CLASSIFIED : BY_MODEL;
  return { priority, priorityReason, triage: triageOf("model", suggestion), toBeClassified };
}

export function triageOf(by: TriagedBy, { priority: suggested, confidence, reasons }: Suggestion): TicketTriage {
  return { by, suggested, confidence, reasons };
}

/** A later message of the customer's: what looks urgent is urgent until somebody says otherwise; anything else raises only
 *  what the model itself had judged. Nothing is lowered. @returns the priority to raise to; null where it stays */
export function raisedBy({ ticket }: TicketChange, suggestion: Suggestion): Priority | null {
  if (suggestion.toBeClassified || !isHigher(suggestion.priority, ticket.priority)) return null;
  const isModels = ticket.triage?.by === "model";
  return suggestion.priority === "urgent" || isModels ? suggestion.priority : null;
}

export function isHigher(one: Priority, other: Priority): boolean {
  return PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);
}

/** An agent said what the ticket is, be it by confirming: from now on it is theirs, and the desk learns of it. */
export async function classifiedByAgent(tx: Tx, change: TicketChange, priority: Priority): Promise<void> {
  const { ticket } = change;
  const triage = ticket.triage ?? { suggested: null, confidence: null, reasons: [] };
  change.set({ triage: { ...triage, by: "agent" }, to_be_classified: false });
  await learn(tx, change, priority);
}

/** From the ticket's first message, whose words the model judged. */
async function learn(tx: Tx, { ticket }: TicketChange, priority: Priority): Promise<void> {
  if (ticket.source !== "mail") return; // What an agent wrote down is not how customers write.
  const { desk_id: deskId, ticket_id: ticketId } = ticket;
  const first = await tx
    .selectFrom("message")
    .select(["text", "reply"])
    .where("desk_id", "=", deskId)
    .where("ticket_id", "=", ticketId)
    .where("kind", "=", "customer")
    .orderBy("at")
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return;
  const row = await tx
    .selectFrom("triage_desk")
    .select("weights")
    .where("desk_id", "=", deskId)
    .forUpdate()
    .executeTakeFirst();
  const words = readable({ subject: ticket.subject, body: first.reply || first.text, language: ticket.language });
  const weights = learnFrom(row?.weights ?? null, { ...words, priority });
  const learned = { weights: JSON.stringify(weights), learned: weights.learned };
  await tx
    .insertInto("triage_desk")
    .values({ desk_id: deskId, ...learned })
    .onConflict((conflict) => conflict.column("desk_id").doUpdateSet(learned))
    .execute();
}

/** The newest weights of each desk, so that mails do not read a hundred kilobytes each. */
const kept = new Map<DeskId, DeskWeights>();

async function findWeights(tx: Tx, deskId: DeskId): Promise<DeskWeights | null> {
  const known = await tx.selectFrom("triage_desk").select("learned").where("desk_id", "=", deskId).executeTakeFirst();
  if (known === undefined || known.learned === 0) return null;
  const weights = kept.get(deskId);
  if (weights?.learned === known.learned) return weights;
  const row = await tx
    .selectFrom("triage_desk")
    .select("weights")
    .where("desk_id", "=", deskId)
    .executeTakeFirstOrThrow();
  if (row.weights !== null) kept.set(deskId, row.weights);
  return row.weights;
}

/** What the chain keeps of a suggestion: nothing that the customer wrote. */
export function suggestionForChain({ priority, confidence, toBeClassified, reasons }: Suggestion) {
  const rules = reasons.flatMap((reason) => (reason.kind === "rule" ? [reason.rule] : []));
  return { by: "model", suggested: priority, confidence: Math.round(confidence * 1000) / 1000, toBeClassified, rules };
}
