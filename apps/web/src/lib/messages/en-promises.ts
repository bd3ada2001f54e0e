import type { frPromises } from "#lib/messages/fr-promises.ts";

export const enPromises: typeof frPromises = {
  proof: {
    title: "Verify a proof",
    lead: "A proof is a file that says of a ticket when it arrived, when the customer had the notice, and why each target was met or not. Choose one: we say whether a single byte of it was changed. Nothing of it is kept.",
    file: "Proof file",
    check: "Verify",
    another: "Verify another proof",
    missing: "Choose a file first.",
    tooLarge:
      "This file is too large for this page. On a machine where Permanence is installed: permanence proof verify FILE",
    failed: "It could not be verified. Try again in a moment.",
    ownKey: "Signed by this desk.",
    ticket: (desk, number) => `${desk}, ticket no. ${number}`,
    madeAt: (at) => `Proof made on ${at}.`,
    download: "Proof",
  },
};
