import type { World } from "@permanence/kernel";
import type { OutboxHooks } from "@permanence/mail";
import { chainEvidence } from "./evidence.ts";
import { openTicketChange } from "./ticket-change.ts";

/** What becomes of a ticket when the outbox learned something of its mail: a link of its chain, and its clock folded. */
export function outboxHooks(world: World): OutboxHooks {
  return {
    async onEvidence(tx, deskId, mail, evidence) {
      const change = await openTicketChange(tx, world, deskId, evidence.ticketId);
      await chainEvidence(tx, change!, { ...evidence, ofNotice: mail.purpose === "notice" });
      change!.save(tx);
    },
  };
}
