import { type Random, seededRandom } from "@permanence/kernel";

// What made messages are made of: words of three languages, the frequent ones real, the rare ones composed of syllables, drawn
// as in any language (Zipf): of the rank r about 1/r times as often as the first.

const COMMON = {
  fr: `le de la et les un à pour dans que nous est sur pas ne avec une plus mon depuis photos bien annonce publication contrat
    visite agence client message erreur page site mandat export synchronisation portail calendrier rendez-vous facture paiement
    compte mot passe connexion impression document signature propriétaire locataire bail acquéreur estimation rapport liste
    recherche filtre carte adresse téléphone envoi courriel pièce jointe mise jour version module statistiques bouton écran
    lenteur affichage enregistrement suppression modification ajout image plan certificat énergétique prix commission`,
  nl: `de het een van en in is op te dat niet voor met zijn wij sinds foto’s pand advertentie publicatie contract bezoek kantoor
    klant bericht fout pagina site mandaat export synchronisatie portaal agenda afspraak factuur betaling account wachtwoord
    aanmelding afdruk document handtekening eigenaar huurder huurcontract koper schatting rapport lijst zoekopdracht filter kaart
    adres telefoon verzending e-mail bijlage bijwerking versie module statistieken knop scherm traagheid weergave bewaring
    verwijdering wijziging toevoeging afbeelding plan certificaat energie prijs commissie`,
  en: `the of and to in is a for on that not with we our since photos property listing publication contract visit agency client
    message error page site mandate export synchronisation portal calendar appointment invoice payment account password login
    print document signature owner tenant lease buyer valuation report list search filter map address phone sending mail
    attachment update version module statistics button screen slowness display saving deletion change addition picture plan
    certificate energy price commission`,
};
export type MadeLanguage = keyof typeof COMMON;
export const MADE_LANGUAGES = Object.keys(COMMON) as MadeLanguage[];

const SYLLABLES =
  "ba ce di fo gu la me ni po ru sa te vi zo ban cel dim fon gur lam men nir pol rus sat tel vin zor".split(" ");
const RARE_WORDS = 20_000;
const SENTENCES = 12_000; // Of each language.

/** Sentences of eight to fourteen words, the same for the same seed. */
export function makeSentences(language: MadeLanguage): string[] {
  const random = seededRandom(`sentences ${language}`);
  const words = [...COMMON[language].split(/\s+/), ...Array.from({ length: RARE_WORDS }, () => composeWord(random))];
  return Array.from({ length: SENTENCES }, () => {
    const length = 8 + Math.floor(share(random) * 7);
    const sentence = Array.from({ length }, () => words[Math.floor(words.length ** share(random)) - 1]).join(" ");
    return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
  });
}

function composeWord(random: Random): string {
  const length = 2 + Math.floor(share(random) * 3);
  return Array.from({ length }, () => SYLLABLES[Math.floor(share(random) * SYLLABLES.length)]).join("");
}

/** At least 0, less than 1. */
function share(random: Random): number {
  return Buffer.from(random.bytes(4)).readUInt32BE() / 2 ** 32;
}
