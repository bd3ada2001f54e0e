import { assert, type World } from "@permanence/kernel";
import type { Evidence, OutboxHooks } from "@permanence/mail";
import { markAddress } from "@permanence/people";
import { alertOfFailure } from "./alert-sources.ts";
import { chainEvidence, isNoticeToContact } from "./evidence.ts";
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
        const chained = { ...evidence, ofNotice: isNoticeToContact(mail, change) };
        chainEvidence(change, chained);
        await alertOfFailure(tx, change, chained);
        change.save(tx);
        if (isAddressRefused(evidence)) {
          await markAddress(tx, deskId, mail.to_address, { at: evidence.at, reason: evidence.detail });
        }
      }
    },
    async onRefused(tx, { desk_id: deskId, to_address: address }, { answer: reason, at }) {
      if (NO_SUCH_ADDRESS.test(reason)) await markAddress(tx, deskId, address, { at, reason });
    },
  };
}

/** RFC 3463: no such mailbox, no such system, moved away. Any other refusal may be of this mail alone. */
function isAddressRefused({ rung, source, detail }: Evidence): boolean {
  return rung === "failed" && source === "relay" && NO_SUCH_ADDRESS.test(detail);
}

const NO_SUCH_ADDRESS = /^5\d\d[ -]5\.1\.(1|2|3|6|10)\b/;
