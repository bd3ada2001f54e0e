// The search of the workspace, in French.

export const frSearch = {
  search: {
    title: "Recherche",
    label: "Mots, numéro, personne, ou un filtre",
    find: "Chercher",
    help: "Ce que l’on peut écrire",
    typed: ["factur", '"photos d’un bien"', 'org:"Agence X"'],
    means: [
      "Tout mot qui commence ainsi, ou qui a la même racine, avec ou sans accents.",
      "Ces mots, dans cet ordre.",
      "Sans ce mot.",
      "Les demandes d’une organisation ; avec from, d’une personne.",
      "En retard ; aussi open, closed, unassigned, new, waiting, on-hold.",
      "Aussi high, normal, low.",
      "À moi ; nobody pour personne, ou un nom.",
      "En néerlandais, depuis ce jour ; avec before, d’avant.",
      "Avec une pièce jointe.",
    ],
    corrected: (typed: string, read: string) => `Presque rien pour « ${typed} » : cherché aussi ${read}.`,
    unread: (filter: string, possible: string) =>
      `Le filtre ${filter} n’est pas compris et ne compte pas. Possible : ${possible}.`,
    count: (count: number) => `${count} résultats`,
    nothing: "Rien n’a été trouvé",
    nothingHelp: "Essayez moins de mots, ou le début d’un mot.",
    people: "Organisations et personnes",
    tickets: "Demandes trouvées",
  },
};
