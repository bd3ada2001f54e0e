// The words by which mail programs introduce what they quote. Tried on single lines of at most 500 characters.

/** Lines longer than this are text: no program writes such an introduction. */
export const LONGEST_LINE = 500;

/** "wrote": what stands in every line that introduces a quote, in the languages of mail programs. */
const WROTE_SPACED = words(
  "wrote|writes|has written",
  "a écrit|a ecrit|écrivait|écriviez",
  "schreef|schrijft|geschreven",
  "schrieb|schrieben|geschrieben",
  "escribió|escribio|ha escrit|va escriure|escribiu",
  "escreveu|escribeu",
  "ha scritto|scrive",
  "napisał|napisała|napisał\\(a\\)|pisze",
  "skrev|skrifaði|kirjoitti|kirjutas",
  "написал|написала|написал\\(а\\)|пишет|написав|пише|написа",
  "napsal|napsala|napsal\\(a\\)|napísal|napísal\\(a\\)|napisao|napisao/la|je napisal",
  "írta|a scris|έγραψε|yazdı|rašė|rakstīja|menulis|đã viết|skribis",
  "כתב|כתבה|كتب|كتبت|نوشت",
);

/** The same where words stand without spaces. */
const WROTE_UNSPACED = /写道|寫道|書きました|작성|เขียน/u;

export const WROTE = new RegExp(`${WROTE_SPACED.source}|${WROTE_UNSPACED.source}`, "iu");

/** What people write of themselves or to a reader, and no program does. */
export const WROTE_BY_HAND =
  /(?<![\p{L}\d])(?:(i|we|he|she|they) wrote|j['’]ai écrit|((m|t)['’]|nous |vous |lui |leur )a écrit|(ik|wij|hij|zij|ze) schreef|schreef (ik|wij|hij|zij|ze|mij|ons)|schrieb(en)? (ich|wir|er|mir|uns)|wrote (me|us|to me|to us))(?![\p{L}\d])/iu;

/** The only words of a line that greets. Below it the mail begins, wherever that is. */
export const GREETING =
  /^(hi|hello|hey|dear|good (morning|afternoon|evening|day)|bonjour|bonsoir|salut|cher|chère|madame|monsieur|beste|dag|hallo|hoi|geachte|goede(morgen|middag|navond|ndag)|goeie(morgen|middag|navond)|liebe|lieber|guten (tag|morgen|abend)|sehr geehrte|hola|buenos días|ciao|buongiorno|olá|bom dia|hej|hei)(?![\p{L}\d])/iu;

/** How web mail of the Horde family introduces a quote, without a date. */
export const QUOTING = /^(?:quoting|zitat von|citeren|citaat van|citando|citation de|quotando|citerar|cytowanie)\s/iu;

/** How a line that introduces a quote begins, where it begins with a date. */
export const DATE_LEAD = new RegExp(
  `^(?:${[
    "on|at|in (?=(your|a) (message|mail))|wiadomość napisana przez|pada (?=tanggal)|kuupäev|ในวันที่|στις|na|ve?|у|на",
    "le|op|am|a las|el|em|il|den|på|dnia|w dniu|dne|dňa|dana|pe|la data de|vào|em|no dia|nella data|στις|בתאריך|في|在",
    "(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?",
    "(lun|mar|mer|jeu|ven|sam|dim)[a-zé]*\\.?,?",
    "(ma|di|wo|do|vr|za|zo|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)\\.?,?",
    "(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),?",
    "(понедельник|вторник|среда|четверг|пятница|суббота|воскресенье),?|пн,|вт,|ср,|чт,|пт,|сб,|вс,",
    "\\d{1,2}[./-]\\d{1,2}[./-]\\d{2,4}|\\d{4}[-./年]\\s?\\d{1,2}|\\d{1,2}\\.? \\p{L}{3,}",
  ].join("|")})[\\s,]`,
  "iu",
);

/** Gmail's shortest introduction needs no verb: "2016-03-03 17:21 GMT+01:00 Some One <…>:" */
export const BARE_DATE_INTRODUCTION = /^\d{4}-\d\d-\d\d \d{1,2}:\d\d (GMT|UTC)?[+-]\d\d:?\d\d\s/;

/** Who sent the quoted mail: the first line of the block that Outlook puts above it. */
export const SENDER_NAME = fieldNames(
  "from|sender|de|expéditeur|expediteur|van|afzender|von|absender|da|remitente|remetente|mittente",
  "från|fra|lähettäjä|od|от|від|από|saatja|pošiljatelj|feladó|felado|feladó|kimden|gönderen|从|发件人|寄件者|寄件人|差出人|보낸 ?사람|από|de la|expeditor",
);

/** The other fields of that block. */
export const OTHER_NAME = fieldNames(
  "sent|date|to|cc|bcc|reply[- ]to|attachments?|importance|priority",
  "envoyé|envoye|date d'envoi|à|a|pour|destinataire|copie(?: à)?|répondre à|pièces? jointes?",
  "verzonden|datum|aan|kopie|antwoord aan|bijlagen?|beantwoorden",
  "gesendet|an|antwort an|anlagen?|kopie",
  "enviado(?: el| em)?|para|fecha|data|inviato|data invio|a|responder a|enviada(?: em)?",
  "skickat|till|kopia|sendt|til|kopi|dato|lähetetty|vastaanottaja|kopio|päiväys|päivämäärä",
  "wysłano|do|dw|отправлено|дата|кому|копия|elküldve|címzett|gönderildi|kime|tarih",
  "odesláno|odosláno|odoslané|komu|dátum|trimis|către|εστάλη|προς|kuupäev|kellele",
  "发送时间|日期|收件人|抄送|日付|宛先|送信日時|보낸 ?날짜|받는 ?사람",
);

/** What the quoted mail was about: what tells such a block from "De : 10h, À : 12h, Date : mardi". */
export const SUBJECT_NAME = fieldNames(
  "subject|objet|sujet|onderwerp|betreff|betrifft|asunto|assunto|oggetto|ämne|emne|aihe|temat|тема|tárgy|konu|předmět",
  "predmet|subiect|θέμα|teema|tema|assumpte|naslov|主题|主旨|件名|제목|נושא|الموضوع",
);

/** "Original message", "forwarded message", between rules or after "Begin". */
export const OTHER_MESSAGE = new RegExp(
  [
    "original (message|mail|e-?mail|appointment)|forwarded (message|by|mail)|begin forwarded|reply message",
    "message (d['’]origine|original|initial|transféré|réexpédié|transmis|transfere)|courriel (d['’]origine|original)|début du message|mail original|réponse au message",
    "(oorspronkelijk|origineel|doorgestuurd)e? (bericht|e-?mail|afspraak)|begin doorgestuurd",
    "(ursprüngliche|originale?|weitergeleitete|weitergel\\.) (nachricht|e-?mail|mail)|original-?nachricht|antwortnachricht|anfang der weitergeleiteten",
    "inicio del mensaje|inizio (del )?messaggio|início da mensagem|mensaje (original|reenviado)|mensagem (original|encaminhada)|messaggio (originale|inoltrato)",
    "ursprungligt meddelande|vidarebefordrat|oprindelig (meddelelse|besked)|opprinnelig melding|alkuperäinen viesti|välitetty viesti",
    "(oryginalna|przekazana) wiadomość|wiadomość oryginalna|(исходное|пересылаемое) сообщение|původní zpráva|eredeti üzenet|orijinal mesaj",
    "原始邮件|转发邮件|原始郵件|原邮件|元のメッセージ|원본 메시지",
  ].join("|"),
  "iu",
);

/** What a phone or a free mail program adds below. A whole line, or it is something else. */
export const ADVERT = new RegExp(
  `^[\\W_]{0,4}(?:${[
    "(sent|gesendet|envoy(é|e|ée)|verzonden|verstuurd|inviato|enviad[oa]|skickat|sendt|lähetetty|wysłan[oe]|отправлено)\\s(on the go|from|mit|von|vom|aus|de|depuis|à partir|van|vanaf|vanuit|da|dal|desde|do|från|fra|z|с|из)(?![\\p{L}\\d])",
    "lähetetty .{2,40}sta$",
    "(get|download|obtenez|obtenir|télécharger|téléchargez|ontvang|haal|hol(en)?|scarica|obtener|obtenha|obter o|hämta|hent|last ned) outlook",
    "outlook (voor|för|für|pour|para|per) (android|ios)",
    "yahoo mail: ",
    "provenance : courrier pour",
    "(diese nachricht|diese e-?mail) wurde von mein",
    "von .{2,60} gesendet\\.?$",
    "this (message|e-?mail) was sent (from|by|with|via|using) ",
    "iphone'?(um|'dan)|iphone.*gönderildi",
    "从我的|從我的|发自我的|發自我的|我的 ?iphone|iphoneから送信|나의 iphone에서",
    "(excuse|pardon|please excuse|désolé pour|sorry (for|voor)).{0,40}(brevity|typos|fautes|tikfouten|typefouten)",
    "this e-?mail (has been|was) (checked|scanned)",
    "(virus-free|garanti sans virus|sans virus|virusvrij|virenfrei|libre de virus|privo di virus)\\.?($|\\s|www)",
    "(cet|ce|deze|dit|diese|este|questa|l'absence).{1,60}(vérifié|gecontroleerd|geprüft|analizado|controllata).{0,60}(avast|avg|virus|viren)",
    "(cet|ce|deze|dit|diese|este|questa|l'absence).{1,60}virus.{0,60}(vérifié|gecontroleerd|geprüft|analizado|controllata)",
  ].join("|")})`,
  "iu",
);

/** The same of programs that name themselves, or of "my" phone: "sent by mistake" is somebody's sentence. */
export const NAMED_ADVERT =
  /^[\W_]{0,4}(?:[Ss]ent (?:via|by|with|using)|[Ee]nvoyée? (?:par|via|avec|du)|(?:[Vv]erzonden|[Vv]erstuurd) (?:via|met|door|per)|[Gg]esendet (?:über|durch)|[Ii]nviat[oa] (?:con|tramite)|[Ee]nviad[oa] (?:con|com|pelo|por)|[Ss]kickat (?:med|via)|[Ss]endt (?:med|via)) (?:\p{Lu}|(?:my|mon|ma|la messagerie|mijn|mein|mi|meu|min|il mio)\s)/u;

/** "Please answer above this line", which help desks put into what they send. */
export const ANSWER_ABOVE =
  /(type|write) your (reply|answer) above|reply above this line|(répondre|répondez|votre réponse) .{0,30}(au-dessus|ci-dessus) de cette ligne|(antwoord|typ|schrijf).{0,40}boven deze (lijn|regel)/iu;

function words(...groups: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${groups.join("|")})(?![\\p{L}\\d])`, "iu");
}

function fieldNames(...groups: string[]): RegExp {
  return new RegExp(`^[\\s>*_|]{0,12}(?:${groups.join("|")})[\\s*_]{0,4}[:：]`, "iu");
}
