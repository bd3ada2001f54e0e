import { assert, type World } from "@permanence/kernel";
import type { OutboxHooks } from "@permanence/mail";
import { chainEvidence } from "./evidence.ts";
import { openTicketChanges } from "./ticket-change.ts";

/** What becomes of tickets when the outbox learned something of their mail: a link of the chain, and the clock folded. */
export function outboxHooks(world: World): OutboxHooks {
  return {
    async onEvidence(tx, deskId, facts) {
      const ticketIds = facts.map(({ evidence }) => evidence.ticketId);
      const changes = await openTicketChanges(tx, world, deskId, ticketIds);
      for (const { mail, evidence } of facts) {
        const change = changes.get(evidence.ticketId);
        assert(change !== undefined, "a mail's ticket is there");
        chainEvidence(tx, change, { ...evidence, ofNotice: mail.purpose === "notice" });
        change.save(tx);
      }
    },
  };
}
