import type { frTriage } from "#lib/messages/fr-triage.ts";

export const nlTriage: typeof frTriage = {
  triage: {
    why: "Waarom deze prioriteit",
    toBeClassified: "Te classificeren",
    toBeClassifiedHelp: "De woorden wijzen naar geen prioriteit: ze is normaal tot iemand ze vastlegt.",
    by: {
      model: "naar de woorden van het bericht",
      agent: "vastgelegd door een medewerker",
      customer: "gezegd door de klant",
      desk: "vastgelegd door een regel van de dienst",
    },
    confidence: (percent) => `${percent} % zeker`,
    confirm: "Prioriteit bevestigen",
    confirmed: "prioriteit bevestigd",
    table: "Vragen en prioriteiten",
    tableLead:
      "Welk antwoord welke prioriteit geeft, volgens de definities van het contract. Geldt voor het formulier, de assistent en de link in de melding.",
    saved: "Bewaard.",
    stopped: {
      title: (number) => `Aanvraag ${number}`,
      lead: "Twee vragen, en we weten of er meteen iemand nodig is.",
      send: "Versturen",
      urgent: "Uw aanvraag is dringend: er wordt iemand opgeroepen, op elk uur.",
      raised: (priority) => `Dank u. Uw aanvraag heeft voortaan prioriteit ${priority}.`,
      same: (priority) => `Dank u. Volgens uw antwoorden houdt uw aanvraag prioriteit ${priority}.`,
      expired: (mailbox) => `Deze aanvraag is gesloten, of ouder dan een maand. Schrijf naar ${mailbox}.`,
      forged: "Deze link is niet volledig, of niet van ons. Open hem vanuit ons bericht, of antwoord op dat bericht.",
    },
  },
};
