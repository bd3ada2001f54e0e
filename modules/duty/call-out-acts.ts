import type { Tx } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { type Agent, type Desk, findAgent } from "@permanence/people";
import { actorOf, openTicketChanges, tellTaken } from "@permanence/tickets";
import { changeCallOut } from "./attendance.ts";
import { acknowledge, handOver, take } from "./call-out.ts";
import { findTicketsOf, markAcknowledged } from "./call-out-store.ts";
import type { CallOut } from "./call-out-case.ts";

/** Who acts on a call-out. */
export type ActingOn = { world: World; desk: Desk; agent: Agent; callOutId: string };

export type ActRefused = "not-found" | "ended" | "acknowledged-already" | "no-such-agent";

/** The first who acknowledges has it: the ticket is theirs where it was nobody's, and the customer hears who took it.
 *  Whoever has it already is told so, and changes nothing. */
export async function acknowledgeCallOut(tx: Tx, acting: ActingOn): Promise<CallOut | ActRefused> {
  return await act(tx, acting, "page-acknowledged", acknowledge);
}

/** Takes it from whoever has it. */
export async function takeCallOut(tx: Tx, acting: ActingOn): Promise<CallOut | ActRefused> {
  return await act(tx, acting, "call-out-taken", take);
}

async function act(
  tx: Tx,
  { world, desk, agent, callOutId }: ActingOn,
  event: string,
  change: typeof take,
): Promise<CallOut | ActRefused> {
  const { deskId } = desk;
  // All of them are about to change: locked together, and before the call-out, as everywhere.
  const ticketIds = await findTicketsOf(tx, deskId, callOutId);
  const tickets = await openTicketChanges(tx, world, deskId, ticketIds);
  let refused: ActRefused = "not-found";
  const callOut = await changeCallOut(tx, world, desk, callOutId, async (under) => {
    const taken = change(under.callOut, agent.id, under.judging);
    await markAcknowledged(tx, under.row, agent.id, under.judging.now);
    if (taken === null) {
      const isTheirs = under.callOut.holderId === agent.id;
      refused = under.callOut.state === "ended" ? "ended" : "acknowledged-already";
      return isTheirs && under.callOut.state !== "ended" ? { callOut: under.callOut, steps: [] } : null;
    }
    under.lead?.record(event, actorOf(agent), { callOutId, agent: { id: agent.id, name: agent.name } });
    const isAnothers = under.callOut.holderId !== agent.id;
    for (const ticketId of under.ticketIds) {
      const ticket = tickets.get(ticketId)!;
      const isNobodys = ticket.ticket.assignee_id === null || event === "call-out-taken";
      if (isNobodys && ticket.ticket.assignee_id !== agent.id) {
        ticket.set({ assignee_id: agent.id });
        ticket.record("assigned", actorOf(agent), { to: { id: agent.id, name: agent.name } });
      }
      if (isAnothers && under.row.priority === "urgent") await tellTaken(tx, { world, desk, agent }, ticket);
      ticket.save(tx);
    }
    return { callOut: taken, steps: [] };
  });
  return callOut ?? refused;
}

/** Hands it to a colleague, who is paged; it stays with whom it was until they acknowledge. */
export async function handOverCallOut(
  tx: Tx,
  { world, desk, agent, callOutId }: ActingOn,
  toAgentId: string,
): Promise<CallOut | ActRefused> {
  const to = await findAgent(tx, desk.deskId, toAgentId);
  if (to === null) return "no-such-agent";
  let refused: ActRefused = "not-found";
  const callOut = await changeCallOut(tx, world, desk, callOutId, ({ callOut, judging, lead }) => {
    const handed = handOver(callOut, to.id, judging);
    if (handed === null) refused = "ended";
    else lead?.record("handed-over", actorOf(agent), { callOutId, to: { id: to.id, name: to.name } });
    return handed;
  });
  return callOut ?? refused;
}
