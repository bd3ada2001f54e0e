export const frTriage = {
  triage: {
    why: "Pourquoi cette priorité",
    toBeClassified: "À classer",
    toBeClassifiedHelp: "Ses mots ne désignent aucune priorité : elle est normale jusqu’à ce que quelqu’un la fixe.",
    by: {
      model: "d’après les mots du message",
      agent: "fixée par un agent",
      customer: "dite par le client",
      desk: "fixée par une règle du service",
    },
    confidence: (percent: string) => `sûr à ${percent} %`,
    confirm: "Confirmer la priorité",
    confirmed: "priorité confirmée",
    table: "Questions et priorités",
    tableLead:
      "Quelle réponse donne quelle priorité, par les définitions du contrat. Vaut pour le formulaire, l’assistant et le lien de l’accusé.",
    saved: "Enregistré.",
    stopped: {
      title: (number: string) => `Demande ${number}`,
      lead: "Deux questions, et nous savons s’il faut quelqu’un tout de suite.",
      send: "Envoyer",
      urgent: "Votre demande est urgente : quelqu’un est appelé, à toute heure.",
      raised: (priority: string) => `Merci. Votre demande a désormais la priorité ${priority}.`,
      same: (priority: string) => `Merci. D’après vos réponses, votre demande garde la priorité ${priority}.`,
      expired: (mailbox: string) => `Cette demande est close, ou date de plus d’un mois. Écrivez à ${mailbox}.`,
      forged:
        "Ce lien n’est pas entier, ou n’est pas de nous. Ouvrez-le depuis notre message, ou répondez à ce message.",
    },
  },
};
