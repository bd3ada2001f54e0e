// The words by which mail programs introduce what they quote. Tried on single lines of at most 500 characters.

/** "wrote": what stands in every line that introduces a quote, in the languages of mail programs. */
const WROTE_SPACED = words(
  "wrote|writes|has written",
  "a écrit|a ecrit|écrivait",
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

/** How a line that introduces a quote begins, where it begins with a date. */
export const DATE_LEAD = new RegExp(
  `^(?:${[
    "on|at|in (?=(your|a) (message|mail))",
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
  "från|fra|lähettäjä|od|от|від|felado|feladó|kimden|gönderen|从|发件人|寄件者|寄件人|差出人|보낸 ?사람|από|de la|expeditor",
);

/** The other fields of that block. */
export const OTHER_NAME = fieldNames(
  "sent|date|to|cc|bcc|subject|reply[- ]to|attachments?|importance|priority",
  "envoyé|envoye|date d'envoi|à|a|pour|destinataire|objet|sujet|copie(?: à)?|répondre à|pièces? jointes?",
  "verzonden|datum|aan|onderwerp|kopie|antwoord aan|bijlagen?|beantwoorden",
  "gesendet|an|betreff|antwort an|anlagen?|kopie",
  "enviado(?: el| em)?|para|asunto|assunto|fecha|data|inviato|a|oggetto|responder a",
  "skickat|till|ämne|kopia|sendt|til|emne|kopi|dato|lähetetty|vastaanottaja|kopio|aihe|päiväys|päivämäärä",
  "wysłano|do|temat|dw|отправлено|дата|кому|копия|тема|elküldve|címzett|tárgy|gönderildi|kime|konu|tarih",
  "发送时间|日期|收件人|抄送|主题|日付|宛先|件名|送信日時|보낸 ?날짜|받는 ?사람|제목",
);

/** "Original message", "forwarded message", between rules or after "Begin". */
export const OTHER_MESSAGE = new RegExp(
  [
    "original (message|mail|e-?mail|appointment)|forwarded (message|by|mail)|begin forwarded",
    "message (d['’]origine|original|initial|transféré|transmis|transfere)|courriel (d['’]origine|original)|début du message|mail original",
    "(oorspronkelijk|origineel|doorgestuurd)e? (bericht|e-?mail|afspraak)|begin doorgestuurd",
    "(ursprüngliche|originale?|weitergeleitete|weitergel\\.) (nachricht|e-?mail|mail)|originalnachricht|anfang der weitergeleiteten",
    "mensaje (original|reenviado)|mensagem (original|encaminhada)|messaggio (originale|inoltrato)",
    "ursprungligt meddelande|vidarebefordrat|oprindelig (meddelelse|besked)|opprinnelig melding|alkuperäinen viesti|välitetty viesti",
    "(oryginalna|przekazana) wiadomość|wiadomość oryginalna|(исходное|пересылаемое) сообщение|původní zpráva|eredeti üzenet|orijinal mesaj",
    "原始邮件|转发邮件|原始郵件|原邮件|元のメッセージ|원본 메시지",
  ].join("|"),
  "iu",
);

/** What a phone or a free mail program adds below. A whole line, or it is something else. */
export const ADVERT = new RegExp(
  `^\\W{0,4}(?:${[
    "(sent|gesendet|envoy(é|e|ée)|verzonden|verstuurd|inviato|enviad[oa]|skickat|sendt|lähetetty|wysłan[oe]|отправлено)\\s(from|via|by|with|using|mit|von|vom|aus|avec|de|du|depuis|à partir|par|van|vanaf|vanuit|met|da|dal|desde|do|pelo|från|fra|z|с|из)\\b",
    "(get|download|obtenez|obtenir|télécharger|téléchargez|download|ontvang|haal|hol(en)?|scarica) outlook",
    "outlook (voor|für|pour|para|per) (android|ios)",
    "provenance : courrier pour",
    "(diese nachricht|diese e-?mail) wurde von mein",
    "von .{2,60} gesendet\\.?$",
    "(this (message|e-?mail) was )?sent (from|by|with|via|using) ",
    "this e-?mail (has been|was) (checked|scanned)",
    "(virus-free|garanti sans virus|virusvrij)\\b",
    "(excuse|pardon|please excuse|désolé pour|sorry (for|voor)).{0,40}(brevity|typos|fautes|tikfouten|typefouten)",
    "iphone'?(um|'dan)|iphone.*gönderildi",
    "从我的|從我的|我的 ?iphone|iphoneから送信|나의 iphone에서",
  ].join("|")})`,
  "iu",
);

/** "Please answer above this line", which help desks put into what they send. */
export const ANSWER_ABOVE =
  /(type|write) your (reply|answer) above|reply above this line|(répondre|répondez|votre réponse) .{0,30}(au-dessus|ci-dessus) de cette ligne|(antwoord|typ|schrijf).{0,40}boven deze (lijn|regel)/iu;

function words(...groups: string[]): RegExp {
  return new RegExp(`(?<![\\p{L}\\d])(?:${groups.join("|")})(?![\\p{L}\\d])`, "iu");
}

function fieldNames(...groups: string[]): RegExp {
  return new RegExp(`^[\\s>*_|]{0,12}(?:${groups.join("|")})[\\s*_]{0,4}[:：]`, "iu");
}
