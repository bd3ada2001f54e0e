// The search of the workspace, in English.

import type { frSearch } from "#lib/messages/fr-search.ts";

export const enSearch: typeof frSearch = {
  search: {
    title: "Search",
    label: "Words, a number, a person, or a filter",
    find: "Find",
    help: "What you can type",
    typed: ["invoic", '"photos of a property"', 'org:"Agency X"'],
    means: [
      "Any word that begins so or has the same stem, accents or not.",
      "These words, in this order.",
      "Without this word.",
      "Of an organisation; from: of a person.",
      "Late; also open, closed, unassigned, new, waiting, on-hold.",
      "Or high, normal, low.",
      "Mine; nobody: of no one, or a name.",
      "In Dutch, since that day; before: for earlier.",
      "With an attachment.",
    ],
    corrected: (typed, read) => `Next to nothing for “${typed}”: searched for ${read} too.`,
    unread: (filter, possible) => `The filter ${filter} is not understood and does not count. Possible: ${possible}.`,
    count: (count) => `${count} found`,
    nothing: "Nothing was found",
    nothingHelp: "Try fewer words, or the beginning of one.",
    people: "Organisations and people",
    tickets: "Tickets found",
  },
};
