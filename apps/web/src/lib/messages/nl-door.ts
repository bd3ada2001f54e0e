// The door of an installation, and how agents sign in, in Dutch.

import type { frDoor } from "#lib/messages/fr-door.ts";

export const nlDoor: typeof frDoor = {
  door: {
    title: "Het loket",
    writeTo: "Schrijf naar",
    lead: "Schrijf ons een e-mail: elke vraag wordt geregistreerd, gedateerd en gevolgd tot ze is opgelost.",
    promise:
      "U krijgt een ontvangstmelding, met een nummer en een termijn. Wij gaan na of die melding u heeft bereikt.",
    signIn: "Werkt u aan dit loket?",
    enter: "Aanmelden",
    exampleLabel: "Bijvoorbeeld",
    example: [
      { time: "14:02:01", what: "Uw e-mail komt toe: de termijn begint." },
      { time: "14:02:02", what: "Hij is geregistreerd, met nummer en prioriteit." },
      { time: "14:02:03", what: "De melding vertrekt, in uw taal." },
      { time: "14:02:05", what: "U hebt ze: wij bewaren het bewijs." },
    ],
  },

  signIn: {
    title: "Aanmelden",
    lead: "Wij sturen u een link die één keer werkt. U hoeft geen wachtwoord te onthouden.",
    email: "Uw e-mailadres",
    ask: "Link ontvangen",
    emailMissing: "Vul het adres in waarop u uw e-mail krijgt, bijvoorbeeld naam@kantoor.be.",
    sentTitle: "Kijk in uw postvak",
    sent: (email) =>
      `Als ${email} bij een medewerker van dit loket hoort, is er net een link vertrokken. Die werkt één keer.`,
    another: "Een ander adres gebruiken",
    confirmTitle: "Nog één klik",
    confirm: "Is de link van u? Bevestig om binnen te komen. Zolang u dat niet doet, blijft hij geldig.",
    enter: "Binnenkomen",
    used: "Deze link is al gebruikt of verlopen. Vraag een nieuwe: die komt binnen enkele seconden.",
    heldTitle: "Er verlaat geen e-mail deze machine",
    held: "Er is geen relay ingesteld: wij kunnen u geen link sturen. Op de machine van de dienst drukt deze opdracht er een af, die één keer werkt:",
    heldWith: "Met het adres van de medewerker. Pas met een relay (PERMANENCE_SMTP_RELAY) vertrekken links per e-mail.",
    usedHeld: "Deze link is al gebruikt of verlopen.",
    failed: "De dienst antwoordde niet. Er is niets verloren: probeer het zo meteen opnieuw.",
  },
};
