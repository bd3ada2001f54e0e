import type { frPromises } from "#lib/messages/fr-promises.ts";

export const nlPromises: typeof frPromises = {
  proof: {
    title: "Een bewijs nakijken",
    lead: "Een bewijs is een bestand dat van een ticket zegt wanneer het aankwam, wanneer de klant de melding had, en waarom elke termijn gehaald is of niet. Kies er een: wij zeggen of er ook maar één byte aan gewijzigd is. Er wordt niets van bewaard.",
    file: "Bewijsbestand",
    check: "Nakijken",
    another: "Nog een bewijs nakijken",
    missing: "Kies eerst een bestand.",
    tooLarge:
      "Dit bestand is te groot voor deze pagina. Op een machine waar Permanence staat: permanence proof verify BESTAND",
    failed: "Het nakijken is niet gelukt. Probeer het zo dadelijk opnieuw.",
    ownKey: "Ondertekend door deze helpdesk.",
    ticket: (desk, number) => `${desk}, ticket nr. ${number}`,
    madeAt: (at) => `Bewijs gemaakt op ${at}.`,
    download: "Bewijs",
  },
};
