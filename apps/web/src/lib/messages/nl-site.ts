// The public site, in Dutch.

import type { frSite } from "#lib/messages/fr-site.ts";

export const nlSite: typeof frSite = {
  site: {
    nav: "Website",
    home: "Hulp",
    account: "Mijn aanvragen",
    signIn: "Aanmelden",
    signOut: "Afmelden",
    suggestions: "Voorstellen",
    academy: "Academy",
    agents: "Voor medewerkers",
    vat: (number) => `Btw ${number}`,
    legal: "Juridische informatie",

    question: "Waarmee kunnen we u helpen?",
    open: (until) => `Open tot ${until}`,
    openAlways: "Dag en nacht open",
    closed: (when) => `Nu gesloten; weer open ${when}`,
    holiday: (when) => `Vandaag gesloten (feestdag); weer open ${when}`,
    never: "Openingsuren in overleg",
    todayAt: (time) => `vandaag om ${time}`,
    tomorrowAt: (time) => `morgen om ${time}`,
    dayAt: (day, time) => `${day} om ${time}`,
    write: "Een aanvraag versturen",
    writeHelp: "Een formulier, zonder account. U ziet de termijn voor u verstuurt.",
    mail: "Een e-mail schrijven",
    learn: "Zelf leren",
    learnHelp: "Gratis lessen, op elk uur, op uw eigen tempo.",
    suggest: "Een verbetering voorstellen",
    suggestHelp: "Voor een idee of een opmerking, op elk uur.",

    promiseTitle: "Wat wij u beloven",
    promiseLead:
      "Elke aanvraag krijgt een prioriteit, met de reden erbij. De reactietijd begint wanneer wij uw aanvraag ontvangen. Ze eindigt wanneer u de bevestiging ontvangt dat de aanvraag geregistreerd is: versturen alleen volstaat niet.",
    promisePlain: "Deze termijnen lopen dag en nacht, ook in het weekend en op feestdagen.",
    priorityHead: "Prioriteit",
    meaningHead: "Waar het om gaat",
    withinHead: "Bevestiging bij u binnen",
    workHead: "Wie eraan werkt, en wanneer",
    meaning: {
      urgent:
        "De dienst ligt stil of is zwaar verstoord, en u kunt op geen andere manier verder. Bijvoorbeeld: verzendingen vertrekken niet meer.",
      high: "Een belangrijk deel van de dienst werkt slecht, en er is hoogstens een gedeeltelijke tussenoplossing.",
      normal: "Een functie geeft problemen, zonder dat de dienst eronder lijdt.",
      low: "Een vraag, hulp bij installatie of instellingen, of een wens: weinig of geen gevolg voor uw werk.",
    },
    work: {
      urgent: "Zonder onderbreking, dag en nacht, tot het opgelost is.",
      high: "Tijdens de werkuren, en daarbuiten zoveel als nodig.",
      normal: "Tijdens de werkuren, om het probleem op te lossen of te omzeilen.",
      low: "Tijdens de werkuren.",
    },
    within: (time) => time,
    withinWorking: (time) => `${time} (werkuren)`,
    hours: (count) => `${count} uur`,
    oneHour: "1 uur",
    minutes: (count) => `${count} minuten`,

    enterTitle: "Uw aanvragen bij de hand",
    enterLead: "Wij sturen u een code en een link. U hoeft geen wachtwoord te onthouden.",
    email: "Uw e-mailadres",
    ask: "De code ontvangen",
    emailWrong: "Vul het adres in waarop u uw e-mails leest, bijvoorbeeld naam@kantoor.be.",
    sentTitle: "Er is een code onderweg",
    sent: (email) =>
      `Kijk in de mailbox van ${email}. De code werkt één keer, vijftien minuten lang; de link in de e-mail doet hetzelfde.`,
    code: "Code van acht cijfers",
    enter: "Naar binnen",
    codeWrong:
      "Deze code klopt niet, is al gebruikt of is ouder dan vijftien minuten. Kijk ze na, of vraag een nieuwe.",
    linkWrong: "Deze link is al gebruikt of is ouder dan vijftien minuten. Vraag een nieuwe.",
    linkTitle: "Nog één klik",
    linkLead: "Deze link komt uit uw mailbox: bevestig dat u het bent.",
    another: "Een ander adres gebruiken",
    held: "Er vertrekt voorlopig geen e-mail van deze machine: de code kan u niet bereiken.",
    failed: "De dienst gaf geen antwoord. Er is niets verloren: probeer het zo meteen opnieuw.",
  },
};
