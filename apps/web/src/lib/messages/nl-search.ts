// The search of the workspace, in Dutch.

import type { frSearch } from "#lib/messages/fr-search.ts";

export const nlSearch: typeof frSearch = {
  search: {
    title: "Zoeken",
    label: "Woorden, nummer, persoon, of een filter",
    find: "Zoek",
    help: "Wat u kunt typen",
    typed: ["factu", '"foto’s van een pand"', 'org:"Kantoor X"'],
    means: [
      "Elk woord dat zo begint of dezelfde stam heeft, met of zonder accenten.",
      "Deze woorden, in deze volgorde.",
      "Zonder dit woord.",
      "De aanvragen van een organisatie; from: voor een persoon.",
      "Te laat; ook open, closed, unassigned, new, waiting, on-hold.",
      "Of anders high, normal, low.",
      "Van mij; nobody voor niemand, of een naam.",
      "In het Frans, sinds die dag; before: voor ervoor.",
      "Met een bijlage.",
    ],
    corrected: (typed, read) => `Bijna niets voor “${typed}”: ook gezocht naar ${read}.`,
    unread: (filter, possible) => `Het filter ${filter} is niet begrepen en telt niet mee. Mogelijk: ${possible}.`,
    count: (count) => `${count} resultaten`,
    nothing: "Er is niets gevonden",
    nothingHelp: "Probeer minder woorden, of het begin van een woord.",
    people: "Organisaties en personen",
    tickets: "Gevonden aanvragen",
  },
};
