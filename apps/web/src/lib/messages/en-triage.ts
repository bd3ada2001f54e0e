import type { frTriage } from "#lib/messages/fr-triage.ts";

export const enTriage: typeof frTriage = {
  triage: {
    why: "Why this priority",
    toBeClassified: "To be classified",
    toBeClassifiedHelp: "Its words point to no priority: it is normal until somebody sets one.",
    by: {
      model: "by the words of the message",
      agent: "set by an agent",
      customer: "said by the customer",
      desk: "set by a rule of the desk",
    },
    confidence: (percent) => `${percent}% sure`,
    confirm: "Confirm the priority",
    confirmed: "priority confirmed",
    table: "Questions and priorities",
    tableLead:
      "Which answer gives which priority, by the contract’s definitions. It holds for the form, the assistant and the link in the notice.",
    saved: "Saved.",
    stopped: {
      title: (number) => `Request ${number}`,
      lead: "Two questions, and we know whether somebody is needed at once.",
      send: "Send",
      urgent: "Your request is urgent: somebody is being called, at any hour.",
      raised: (priority) => `Thank you. Your request now has the priority ${priority}.`,
      same: (priority) => `Thank you. By your answers, your request keeps the priority ${priority}.`,
      expired: (mailbox) => `This request is closed, or older than a month. Write to ${mailbox}.`,
      forged: "This link is not whole, or not ours. Open it from our message, or answer that message.",
    },
  },
};
