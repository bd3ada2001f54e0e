import type { Instant } from "@permanence/kernel";

/** Why somebody is called. "call-customer": the notice is unproven, and the customer is to be told on the phone. */
export type PageKind = "urgent" | "high" | "come-back" | "handover" | "handed-over" | "call-customer" | "canary";

/**
 * The effort to have somebody at one ticket, or at several that are about the same: it runs until nobody is wanted any more.
 *
 * - waiting: of high priority; by day the queue shows it, and outside working hours somebody is called at `stepAt`
 * - asking: only a model thought it urgent, at night; the customer was asked first, until `stepAt`
 * - paging: somebody is called, again at `stepAt`
 * - acknowledged: somebody is at it; it comes back to them at `stepAt`
 * - in-hands: they replied; it goes to the next shift
 */
export type CallOut = {
  state: "waiting" | "asking" | "paging" | "acknowledged" | "in-hands" | "ended";
  openedAt: Instant;
  /** Of the round that runs, or ran last: why, who is asked first (null: whoever is on duty), and since when. */
  reason: PageKind;
  target: string | null;
  roundAt: Instant;
  level: number; // from 0; the number of levels is the last resort: everybody who could act
  tries: number; // steps at this level
  paged: readonly string[]; // agents of the last step
  pagedStep: number;
  /** The number of the last step of any kind: 0 where there was none. */
  step: number;
  stepAt: Instant;
  /** Whose it is, since they acknowledged; it stays theirs until another does. */
  holderId: string | null;
  /** Who was on duty then: somebody else is a new shift. */
  dutyId: string | null;
  /** When it must be looked at again; null once it has ended. */
  nextAt: Instant | null;
};

/** What is to be done for one step: a page to each of these. A number is used once. */
export type Step = { number: number; kind: PageKind; level: number; agentIds: readonly string[] };

export type CallOutStep = { callOut: CallOut; steps: Step[] };

/** What the tickets of a call-out say at one time. */
export type Facts = {
  /** One of them at least is open, and of a priority for which somebody is called. */
  isWanted: boolean;
  isUrgent: boolean;
  /** An agent or the customer said so: not a model alone. */
  isConfirmed: boolean;
  /** Somebody took each of them, in whatever way. */
  isTaken: boolean;
  /** A person replied to the customer's last message, on each. */
  isAnswered: boolean;
  /** The last reply of a person. */
  reply: { at: Instant; agentId: string } | null;
  /** When the customer must be called, because a notice is unproven; null where nobody needs to, or was asked already. */
  callAt: Instant | null;
};

/** Who is on duty for the priority, as it is known now. */
export type Duty = {
  levels: number;
  /** Null where nobody is. */
  at(level: number, now: Instant): string | null;
  /** When the first level is another's, or somebody's; null where that is not in sight. */
  changesAt(now: Instant): Instant | null;
  /** Everybody who could act where nobody on duty does: the last resort. */
  others(): readonly string[];
  isAgent(agentId: string): boolean;
  /** Until when it is working hours; null outside them. */
  worksUntil(now: Instant): Instant | null;
};

export type PagingSettings = {
  repeatMs: number;
  /** Steps at one level before the next is called too. */
  triesPerLevel: number;
  /** How long an acknowledgement holds without a reply. */
  comeBackMs: number;
};
