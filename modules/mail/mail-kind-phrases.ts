// What mail systems write about delivery, and people's programs while they are away. Each list is tried on a
// subject or on the beginning of a text only, and holds nothing that could match itself twice: hostile text
// costs no more than long text.

/** Beginnings of a bounce's subject. A person's answer begins with "Re:", so none of these. */
export const FAILURE_SUBJECT = anchored(
  // English
  "un?deliver(ed|able|y)",
  "non[- ]?delivery",
  "not delivered",
  "returned (to sender|mail)",
  "(permanent )?(mail |message )?delivery (has )?(failure|failed|error|problem|status|delay|report|notification|unsuccessful)",
  "(mail|message|e-?mail) (delivery|failure|error|could not be delivered|not delivered|undeliverable|delayed|status notification)",
  "mail (system error|delivery)",
  "(failed|delayed) (mail|delivery|message)",
  "failure notice",
  "failed to deliver",
  "could not (send|deliver)",
  "warning: (could not send|message)",
  "there was an error sending your mail",
  "message (delivery )?(has )?failed",
  "your (message|mail|e-?mail) .{0,80}(could not be|was not|cannot be) (delivered|sent)",
  "rejected:? ?(mail|message)",
  "mailbox (is )?full",
  "user unknown",
  // French
  "(é|e)chec (de (la )?)?(remise|livraison|distribution|l'envoi|d'envoi|transmission)",
  "non[- ]?(remis|distribu|d(é|e)livr|livr)",
  "(message|courriel|mail|e-?mail) non (remis|distribu(é|e)|d(é|e)livr(é|e)|livr(é|e))",
  "(avis|notification|rapport|(é|e)tat) de (non[- ])?(remise|livraison|distribution)",
  "impossible de (remettre|distribuer|d(é|e)livrer|livrer)",
  "notification d'(é|e)tat de (la )?(remise|distribution)",
  // Dutch
  "(bericht|mail|e-?mail)?\\s?(niet|kan niet worden|kon niet worden) (bezorgd|afgeleverd|besteld|verzonden)",
  "onbestelbaar",
  "onbezorgbaar",
  "(bezorging|aflevering|levering) (is )?(mislukt|vertraagd)",
  "(melding|kennisgeving) (van|over|inzake) (de )?(bezorg|aflever|lever)",
  "retour afzender",
  // German
  "unzustellbar",
  "(nachricht|mail|e-?mail) (nicht|konnte nicht|unzustellbar)",
  "zustell(ung|fehler|benachrichtigung|problem)",
  "r(ü|ue)cksendung",
  // Others
  "(mensaje|correo) (no )?(entregado|devuelto)",
  "no se (puede|pudo|ha podido) entregar",
  "(messaggio|mail) non (consegnat|recapitat)",
  "mancat[ao] (consegna|recapito)",
  "mensagem (n(ã|a)o entregue|devolvida)",
  "n(ã|a)o entregue",
  "niedostarczon",
  "ваше сообщение не доставлено",
  "недоставленное",
);

/** What a bounce's text says, anywhere in its beginning, white space run together. */
export const FAILURE_PHRASE = anywhere(
  "(could|can)( ?not|n't) be (delivered|sent|reached)",
  "(was|were|been|is|are) (not|un)[ -]?(delivered|deliverable|able to deliver)",
  "unable to (deliver|relay|be delivered)",
  "(wasn't|was not|not) able to deliver",
  "undeliver(able|ed)",
  "deliver(y|ing|ed)?.{0,60}(failed|failure|problem|delayed|deferred|error|unsuccessful|rejected|aborted)",
  "(failed|failure|problem|error|trouble|difficult(y|ies)).{0,60}deliver",
  "did not reach",
  "(returned|bounced|sent back) (to|below|mail|message)",
  "(permanent|fatal|transient|temporary).{0,20}(error|failure)",
  "(recipient|mailbox|account|user|address(es)?|inbox).{0,80}(full|unknown|unavailable|does ?n[o']t exist|not found|rejected|disabled|invalid|over quota|quota)",
  "(invalid|unknown|no such|bad) (user|recipient|address|mailbox|destination)",
  "over quota",
  "transcript of session",
  "n'a (pas pu|pu) (ê|e)tre (remis|distribu|d(é|e)livr|livr|envoy|achemin)",
  "n'(a|ont) pas (é|e)t(é|e) (remis|distribu|d(é|e)livr|livr)",
  "impossible de (remettre|distribuer|livrer|d(é|e)livrer)",
  "(é|e)chec (de|lors)",
  "(kon|kan|konden|is|werd)( .{0,40})? niet( worden)? (bezorgd|afgeleverd|besteld|verzonden|bereikt)",
  "niet (bezorgd|afgeleverd|besteld)",
  "(bezorging|aflevering).{0,30}(mislukt|niet)",
  "(konnte|kann).{0,60}nicht.{0,20}zugestellt",
  "unzustellbar",
  "no (se )?(ha podido|pudo|puede) (ser )?entrega",
  "non (è|e'|e) stato possibile (consegnare|recapitare)",
  "n(ã|a)o (pôde|foi poss(í|i)vel) (ser )?entreg",
  "не (может|могло|было|удалось).{0,40}достав",
  "не доставлено",
);

/** Beginnings of an answering machine's subject: with a colon after them, or alone. */
export const AUTOMATIC_SUBJECT = introduction(
  "auto(matic(ally generated)?|mated)?[- ]?(reply|response|answer)",
  "autoreply",
  "out of (the )?office( auto-?reply| reply| notification)?",
  "vacation (reply|message|notice|response)",
  "r(é|e)ponse automatique",
  "absence automatique",
  "absent\\(?e?\\)? du bureau",
  "(message|avis|notification) d['’]absence( du bureau)?",
  "automatisch(e)? (antwoord|beantwoording|reactie|reply|bericht)",
  "afwezigheid(sbericht|sassistent|smelding)",
  "automatische antwort",
  "abwesenheits(assistent|notiz|benachrichtigung|meldung)",
  "(respuesta|contestaci(ó|o)n) autom(á|a)tica",
  "risposta automatica",
  "resposta autom(á|a)tica",
  "automatisk? svar",
  "autosvar",
  "automatyczna odpowied(ź|z)",
  "автоматический ответ",
  "автоответ",
);

/** Beginnings that a person may write as well: they count where the text speaks of an absence too. */
export const AWAY_SUBJECT = introduction(
  "auto(?=\\s?:)",
  "(on )?(vacation|holidays?|leave)",
  "(i am |i'm )?(away|out|absent)( from (my |the )?(office|e?mail|desk))?",
  "absen(ce|t|te|t\\(e\\))( du bureau)?",
  "(je suis )?en (cong(é|e)s?|vacances)",
  "afwezig(heid)?",
  "(ik ben )?(niet (aanwezig|op kantoor)|(op|met) (vakantie|verlof))",
  "buiten kantoor",
  "abwesen(d|heit)",
  "(im )?urlaub",
  "fuera de la oficina",
  "fuori (sede|ufficio)",
  "ausente do escrit(ó|o)rio",
);

/** What an absent person's machine says. Alone it proves nothing. */
export const AWAY_PHRASE = anywhere(
  "out of (the )?office",
  "(on|currently on) (annual |sick |maternity |paternity |parental )?(leave|vacation|holidays?)",
  "(limited|no) access to (my )?e-?mail",
  "i (am|will be|'m) (away|out|absent|currently unavailable)",
  "absent(e|\\(e\\))?.{0,40}(bureau|jusqu|du |le )",
  "(en|de retour de) (cong(é|e)s?|vacances)",
  "de retour (le|au bureau|à partir)",
  "afwezig",
  "(met|op) (verlof|vakantie)",
  "niet (op kantoor|aanwezig|bereikbaar)",
  "(terug|weer) (op kantoor|bereikbaar|aanwezig)",
  "(nicht im b(ü|ue)ro|im urlaub|abwesend|nicht erreichbar)",
);

/** A reader's program that says in plain text that a mail was read (RFC 8098 has a form for it). */
export const RECEIPT_SUBJECT = anchored(
  "(read|not read|return receipt|read receipt|delivered|displayed|lu|non lu|confirmation de lecture|accus(é|e) de (lecture|r(é|e)ception)|gelezen|niet gelezen|leesbevestiging|gelesen|ungelesen|lesebest(ä|ae)tigung)\\s?(\\(displayed\\)\\s?)?[:：-]",
);
export const RECEIPT_PHRASE = anywhere(
  "(was|has been|were) (read|displayed|opened|deleted without being read) (on|by|at)",
  "this is a (return )?receipt",
  "(a (é|e)t(é|e)) (lu|affich|ouvert)",
  "(is|werd) (gelezen|geopend|weergegeven)",
  "(wurde) .{0,80}(gelesen|ge(ö|oe)ffnet|angezeigt)",
);

/** Marks that a relay may put before a subject are passed over. */
function anchored(...forms: string[]): RegExp {
  return new RegExp(`^\\s{0,9}(?:[[*]{1,3}[^\\]*]{1,30}[\\]*]{1,3}\\s{0,9})?(?:${forms.join("|")})`, "iu");
}

function anywhere(...forms: string[]): RegExp {
  return new RegExp(forms.join("|"), "iu");
}

/** Said first, and then a colon, a hyphen or nothing. */
function introduction(...forms: string[]): RegExp {
  return new RegExp(`^\\s{0,9}(?:${forms.join("|")})\\s{0,9}(?:[:：]|[.!]?$|- )`, "iu");
}

/** A subject by which a machine asks a sender to show that a person wrote. Two signs are wanted: see `isChallenge`. */
export const CHALLENGE_SUBJECT = anywhere(
  "(confirm|verify|authenticate|validate) (your|this|the) (e-?mail|message|mail|identity|address|delivery)",
  "(message|mail|e-?mail|sender) (verification|confirmation|authentication|pending|held|on hold)",
  "(verification|confirmation|authorization|action|response) (is )?required",
  "please (confirm|verify|authenticate)",
  "\\[?challenge\\b",
  "waiting for (your )?(confirmation|approval)",
  "(confirmez|v(é|e)rifi(er|ez)|authentifi(er|ez)|validez?) (votre|vos|l)",
  "(demande|en attente) d['’](authentification|approbation)",
  "demande de (confirmation|validation)",
  "(bevestig|verifieer|valideer) (uw|je|dit|de) ",
  "bevestiging (vereist|nodig|gevraagd)",
);

/** What it asks: one act, so that the message is delivered or to prove a person. */
export const CHALLENGE_PHRASE = anywhere(
  "(click|follow|visit|reply|respond|press).{0,160}(so that|in order|to) .{0,80}(message|mail|e-?mail)s?\\b.{0,60}(deliver|releas|reach|accept|be received)",
  "(message|mail|e-?mail)\\b.{0,120}(held|quarantined|not (yet )?(been )?delivered|pending|waiting).{0,200}(click|confirm|verify|reply|approve)",
  "(click|reply|confirm|verify).{0,120}(that )?you(['’]re| are) (a |not a )?(real|human|person|robot|machine|spammer)",
  "(verify|confirm|authenticate) (that you (sent|are)|your (message|mail|e-?mail|identity)).{0,200}(deliver|inbox|spam|recipient)",
  "(click|clicking|link).{0,60}to (verify|confirm|authenticate|release|deliver) (your|this|the) (message|mail|e-?mail)",
  "(anti-?spam|spam (protection|filter|blocker)).{0,200}(click|confirm|verify|reply)",
  "(cliqu|r(é|e)pond|authentifi|confirm|valid).{0,160}(afin|pour) (que|qu).{0,80}(message|mail|courriel).{0,60}(d(é|e)livr|remis|distribu|parvien|transmis|re(ç|c)u)",
  "(cliqu|confirm|prouv).{0,120}(pas un robot|une personne|(ê|e)tre humain)",
  "(message|mail|courriel).{0,120}(en attente|bloqu|retenu).{0,200}(cliqu|confirm|authentifi|valid)",
  "(klik|antwoord|bevestig).{0,160}(zodat|om|opdat) .{0,80}(bericht|mail).{0,60}(bezorg|aflever|ontvang|door te laten|vrij te geven)",
  "(bericht|mail)\\b.{0,120}(vastgehouden|wacht|tegengehouden|nog niet (bezorgd|afgeleverd)).{0,200}(klik|bevestig)",
  "(klik|bevestig).{0,120}(geen robot|een mens|een persoon)",
);

/** How people ask for something. */
export const ASKING =
  /\?|\b(how (do|can|to)|where (do|can|is)|why|can (i|you|we)|could you|comment|pourquoi|pouvez|pourriez|puis-je|hoe|waar|waarom|kunt u|kan ik)\b/i;
