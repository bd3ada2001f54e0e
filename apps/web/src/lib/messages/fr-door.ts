// The door of an installation, and how agents sign in, in French.

export const frDoor = {
  door: {
    title: "Le guichet",
    writeTo: "Écrivez à",
    lead: "Écrivez-nous par e-mail : chaque demande est enregistrée, datée et suivie jusqu’à sa résolution.",
    promise:
      "Vous recevez un accusé d’enregistrement, avec un numéro et un délai. Nous vérifions qu’il vous est parvenu.",
    signIn: "Vous travaillez à ce guichet ?",
    enter: "Entrer",
    exampleLabel: "Par exemple",
    example: [
      { time: "14:02:01", what: "Votre e-mail arrive : le délai commence." },
      { time: "14:02:02", what: "Il est enregistré, avec son numéro et sa priorité." },
      { time: "14:02:03", what: "L’accusé part, dans votre langue." },
      { time: "14:02:05", what: "Vous l’avez : nous en gardons la preuve." },
    ],
  },

  signIn: {
    title: "Entrer",
    lead: "Nous vous envoyons un lien qui ne sert qu’une fois. Pas de mot de passe à retenir.",
    email: "Votre adresse e-mail",
    ask: "Recevoir le lien",
    emailMissing: "Écrivez l’adresse à laquelle vous recevez vos e-mails, par exemple nom@agence.be.",
    sentTitle: "Regardez votre boîte de réception",
    sent: (email: string) =>
      `Si ${email} appartient à un agent de ce guichet, un lien vient de partir. Il ne sert qu’une fois.`,
    another: "Utiliser une autre adresse",
    confirmTitle: "Encore un clic",
    confirm: "Le lien est à vous ? Confirmez pour entrer. Tant que vous ne l’avez pas fait, il reste valable.",
    enter: "Entrer",
    used: "Ce lien a déjà servi, ou il est périmé. Demandez-en un autre : il arrive en quelques secondes.",
    heldTitle: "Aucun e-mail ne quitte cette machine",
    held: "Aucun relais n’est configuré : nous ne pouvons pas vous envoyer de lien. Sur la machine du service, cette commande en imprime un, qui sert une seule fois :",
    heldWith:
      "Avec l’adresse de l’agent. Il faut un relais (PERMANENCE_SMTP_RELAY) pour que les liens partent par e-mail.",
    usedHeld: "Ce lien a déjà servi, ou il est périmé.",
    failed: "Le service n’a pas répondu. Rien n’est perdu : réessayez dans un instant.",
  },
};
