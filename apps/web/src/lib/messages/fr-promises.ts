// What French pages say of promises: proofs, policies, calendars.

export const frPromises = {
  proof: {
    title: "Vérifier une preuve",
    lead: "Une preuve est un fichier qui dit, d’un ticket, quand il est arrivé, quand le client a reçu l’accusé, et pourquoi chaque délai est tenu ou non. Choisissez-en une : nous disons si un seul octet en a été changé. Rien n’en est gardé.",
    file: "Fichier de preuve",
    check: "Vérifier",
    another: "Vérifier une autre preuve",
    missing: "Choisissez d’abord un fichier.",
    tooLarge:
      "Ce fichier est trop grand pour cette page. Sur une machine où Permanence est installé : permanence proof verify FICHIER",
    failed: "La vérification n’a pas pu se faire. Réessayez dans un instant.",
    ownKey: "Signée par ce guichet.",
    ticket: (desk: string, number: number) => `${desk}, ticket n° ${number}`,
    madeAt: (at: string) => `Preuve faite le ${at}.`,
    download: "Preuve",
  },
};
