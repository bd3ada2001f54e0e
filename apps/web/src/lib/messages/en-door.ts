// The door of an installation, and how agents sign in, in English.

import type { frDoor } from "#lib/messages/fr-door.ts";

export const enDoor: typeof frDoor = {
  door: {
    title: "The desk",
    writeTo: "Write to",
    lead: "Write us an e-mail: every request is registered, dated and followed until it is resolved.",
    promise: "You get a notice with a number and a time by which we answer. We check that it reached you.",
    signIn: "Do you work at this desk?",
    enter: "Sign in",
    exampleLabel: "For example",
    example: [
      { time: "14:02:01", what: "Your e-mail arrives: the clock starts." },
      { time: "14:02:02", what: "It is registered, with its number and priority." },
      { time: "14:02:03", what: "The notice leaves, in your language." },
      { time: "14:02:05", what: "You have it: we keep the proof." },
    ],
  },

  signIn: {
    title: "Sign in",
    lead: "We send you a link that works once. There is no password to remember.",
    email: "Your e-mail address",
    ask: "Send me the link",
    emailMissing: "Enter the address at which you read your mail, such as name@agency.be.",
    sentTitle: "Look in your inbox",
    sent: (email) => `If ${email} belongs to an agent of this desk, a link has just left. It works once.`,
    another: "Use another address",
    confirmTitle: "One more click",
    confirm: "Is this link yours? Confirm to come in. Until you do, it stays valid.",
    enter: "Come in",
    used: "This link was used before, or it is too old. Ask for another: it arrives within seconds.",
    heldTitle: "No e-mail leaves this machine",
    held: "No relay is configured, so we cannot send you a link. On the machine of the service, this command prints one that works once:",
    heldWith: "With the agent’s address. Links leave by e-mail once there is a relay (PERMANENCE_SMTP_RELAY).",
    usedHeld: "This link was used before, or it is too old.",
    failed: "The service did not answer. Nothing is lost: try again in a moment.",
  },
};
