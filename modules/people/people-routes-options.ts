import type { Tx } from "@permanence/database";
import type { Instant, World } from "@permanence/kernel";
import type { Agent } from "./agent-store.ts";
import type { Desk } from "./desk-store.ts";

/** @param code eight digits */
export type CustomerSignInMail = { address: string; language: string; link: string; code: string };

/** @param expiresAt until when the link is good */
export type InvitationMail = {
  address: string;
  name: string;
  language: string;
  invitedBy: string;
  link: string;
  expiresAt: Instant;
};

/** What the routes of this module are told by those above it. */
export type PeopleRoutesOptions = {
  /** Whether mail leaves, or stays in the mailroom since no relay is set. */
  outgoing: "smtp" | "mailroom";
  /** The address at which browsers reach the site, without a slash at its end. */
  publicUrl: () => string;
  /** Puts the mail with a sign-in link into the outbox, in the transaction that makes the link. */
  sendSignInLink(tx: Tx, world: World, desk: Desk, mail: { agent: Agent; link: string }): Promise<void>;
  /** What secrets are sealed and challenges signed with; the same in each process, and in no database. */
  secretKey: string;
  /** Puts the mail with an invitation into the outbox, in the transaction that makes it. */
  sendInvitation(tx: Tx, world: World, desk: Desk, mail: InvitationMail): Promise<void>;
  /** The same for a customer, who may type the code instead of following the link. */
  sendCustomerSignIn(tx: Tx, world: World, desk: Desk, mail: CustomerSignInMail): Promise<void>;
};
