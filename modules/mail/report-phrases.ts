import type { DeliveryReason } from "./report.ts";

// What mail servers say when they refuse. Each expression is tried on a diagnostic of bounded length, and holds no
// repetition within a repetition: hostile words cost no more than long ones.

const forms = (...each: string[]): RegExp => new RegExp(each.join("|"), "iu");

export const MAILBOX_FULL = forms(
  "over ?-?quota",
  "quota (?:has been |is |was )?(?:exceeded|reached|full)",
  "(?:exceed\\w*|full|reached).{0,40}(?:mailbox|disk|storage)[ -]?quota",
  "quotaexceeded",
  "(?:mailbox|mail box|inbox|maildir|account|disk|storage|mail folder)(?:'s)?.{0,60}\\b(?:full|exceeds?|exceeded)\\b",
  "(?:insufficient|not enough|no) (?:system |disk |mailbox )?(?:storage|space)",
  "bo(?:î|i)te.{0,40}pleine",
  "(?:postvak|mailbox).{0,40}\\bvol\\b",
);

export const TOO_BIG = forms(
  "(?:message|mail|e-?mail|attachment)s?.{0,30}\\btoo (?:big|large|long)",
  "(?:message|mail|line|header) ?(?:size|length)?\\s?(?:limit )?(?:exceed\\w*|limit)",
  "(?:size|length|line limit|size limit).{0,20}exceed",
  "exceed\\w*.{0,40}(?:message|mail|maximum|allowed|permitted).{0,10}(?:size|length)",
  "message trop (?:gros|volumineux)",
  "te groot",
);

export const SUSPENDED = forms(
  "(?:account|mailbox|mail box|user\\(?s?\\)?)\\b.{0,60}\\b(?:disabled|suspended|locked|frozen|deactivated|discontinued|inactive|expired)",
  "(?:disabled|suspended|locked|inactive) (?:account|mailbox|user)",
  "compte.{0,40}(?:d(?:é|e)sactiv|suspendu)",
);

export const MOVED = forms(
  "(?:has|have) moved",
  "mailbox moved",
  "no longer (?:on|at|with|valid at) (?:this |the |our )?(?:server|address|company|host)",
  "not our customer",
  "adresse.{0,20}chang",
);

export const RELAYING = forms(
  "relay(?:ing)?.{0,20}(?:denied|prohibited|not (?:allowed|permitted|possible))",
  "(?:not configured|unable|not allowed|refus\\w*) to relay",
  "(?:insecure|open) (?:mail )?relay",
  "do(?:es)? not relay",
);

export const UNAUTHENTICATED = forms(
  "\\b(?:DMARC|DKIM|SPF|ARC)\\b.{0,80}(?:fail|polic|check|verif|pass|record|reject)",
  "(?:fail|pass|polic|reject).{0,80}\\b(?:DMARC|DKIM|SPF)\\b",
  "unauthenticated (?:e-?mail|message|sender)",
  "sender is unauthenticated",
);

export const SENDER_REJECTED = forms(
  "sender(?:'s)? (?:e-?mail )?(?:address|domain)?.{0,40}(?:rejected|denied|refused|invalid|unknown|unroutable|verify|not exist)",
  "(?:domain of|invalid|unknown|unroutable|unverifiable|bad) sender",
  "(?:not (?:a )?|non-)member",
  "permission to (?:post|send)",
  "(?:adresse de l')?exp(?:é|e)diteur.{0,40}(?:refus|rejet|invalide)",
);

export const USER_UNKNOWN = forms(
  "(?:user|recipient|mailbox|account|local[ -]?part|(?:e-?mail|destination|recipient) address|addressee)\\b.{0,60}(?:unknown|un?available|not found|(?:does|do|did)(?: not|n'?t) exist|no longer exists?|not exist|not (?:a )?(?:known|valid|listed|local)|no longer valid|invalid|not recogni[sz]ed|inexist)",
  "(?:unknown|invalid|no such|bad|non-?existent|unrecogni[sz]ed|undeliverable) (?:local )?(?:user|recipient|mailbox|address|account|person|name|destination|local[ -]?part)",
  "no (?:mailbox|account|user)\\b.{0,20}\\b(?:here|by|for|with)",
  "(?:recipient )?address(?:es)? rejected\\s?(?:\\.|:\\s?access denied|$|\\(in reply| [^\\s:]{1,200}@)",
  "does ?n[o']t have an? .{0,80}account",
  "address (?:couldn't be|could not be|not|was not) found",
  "(?:check|verify).{0,20}address is correct",
  "(?:destinataire|utilisateur|adresse|bo(?:î|i)te).{0,60}(?:inconnu|invalide|introuvable|inexistant|n'existe)",
  "(?:gebruiker|ontvanger|adres|geadresseerde|postvak).{0,60}(?:onbekend|ongeldig|bestaat niet|niet gevonden|niet bekend)",
  "(?:empf(?:ä|ae)nger|benutzer|adresse).{0,60}(?:unbekannt|existiert nicht|nicht gefunden)",
);

/** A system that speaks of its own directory: it did not ask anybody, and no filter hides behind it. */
export const OWN_DIRECTORY = forms(
  "recipient name is not recogni[sz]ed",
  "(?:unknown|no such) user: ",
  "not (?:listed|found) in .{0,40}(?:directory|address book)",
  "final delivery userid",
  "address (?:couldn't be|could not be|not) found",
  "address is correct",
  "introuvable",
  "<[^<>\\s]{1,320}>: (?:user|recipient|mailbox) (?:unknown|not found)",
  "bad-mailbox",
);

export const ACCEPTS_NO_MAIL = forms(
  "null MX",
  "(?:host|domain|system|server)\\b.{0,60}(?:does|do)(?: not|n't) (?:accept|receive) (?:any )?(?:e-?)?mail",
  "no MX (?:record )?(?:was |were )?(?:found|exist)",
  "not accepting network messages",
);

export const HOST_UNKNOWN = forms(
  "(?:host|domain)(?: (?:or domain )?name)?\\b.{0,40}(?:unknown|not found|does(?: not|n'?t) exist|couldn't be found|could not be found)",
  "(?:unknown|no such|invalid|illegal|bad destination) (?:host|domain)",
  "bad-domain",
  "unrout(?:e)?able (?:address|mail domain|domain)",
  "(?:find|found).{0,20}(?:mail exchanger|any host)",
  "name service error",
  "(?:DNS|host ?name) (?:lookup|error).{0,20}(?:fail|error)",
  "domaine.{0,40}(?:inconnu|introuvable|n'existe)",
  "domein.{0,40}(?:onbekend|bestaat niet|niet gevonden)",
);

/** The rest, in the order in which they are tried. */
export const OTHER_REASONS: [DeliveryReason, RegExp][] = [
  [
    "reverse-dns",
    forms("reverse (?:DNS|lookup|name)", "\\bPTR\\b", "\\brDNS\\b", "unverifiable sending", "IP name lookup"),
  ],
  ["virus", forms("\\bvirus\\b", "malware", "infected", "MCSpamSignature")],
  ["syntax", forms("malformed", "syntax error", "bad address syntax", "incorrectly constructed")],
  [
    "spam",
    forms(
      "\\bspam",
      "unsolicited",
      "\\bUBE\\b",
      "\\bjunk\\b",
      "blacklisted URL",
      "content (?:was )?rejected",
      "bulk e-?mail",
    ),
  ],
  [
    "blocked",
    forms(
      "\\bblock",
      "black ?-?list",
      "block ?list",
      "\\b(?:rbl|dnsbl|spamhaus|spamcop)\\b",
      "(?:client|host) .{0,60}(?:rejected|denied|refused)",
      "(?:poor|bad|low).{0,20}reputation",
      "invalid IP",
      "unwanted (?:messages|mail)",
      "not accepting connections",
      "daily.{0,20}quota",
      "banned",
    ),
  ],
  ["policy", forms("polic(?:y|ies)", "prohibited", "not permitted", "local restrictions")],
  ["content", forms("headers? too large", "8-?bit", "media (?:type )?not", "conversion")],
  [
    "too-many",
    forms(
      "too many (?:recipients|connections|messages|sessions|concurrent)",
      "frequency limit",
      "rate limit",
      "throttl",
    ),
  ],
  [
    "network",
    forms(
      "network (?:error|is unreachable)",
      "lost connection",
      "connection (?:lost|reset|refused|dropped)",
      "no route",
      "too many hops",
      "mail loop",
      "try again",
      "\\bloop",
    ),
  ],
  [
    "expired",
    forms(
      "retry time",
      "expired",
      "failing for a long time",
      "too long",
      "\\battempts?\\b",
      "(?:been|is|was) delayed",
      "timed? ?out",
      "aborted after",
      "not reachable",
      "did not accept our requests to connect",
      "will be (?:retried|deleted from queue)",
      "could not (?:be )?deliver(?:ed)? for",
      "connection.{0,20}establish",
    ),
  ],
  [
    "system",
    forms(
      "(?:system|internal|server|local) error",
      "service (?:currently |temporarily )?(?:unavailable|refus)",
      "could not load",
    ),
  ],
];

/** A group or list that refused a post: systems write it in the language of whoever wrote to it. */
export const LIST_REFUSAL = forms(
  "groups\\.google\\.com/support",
  "not (?:a )?members? of (?:this|the) (?:mailing )?list",
  "are not (?:a )?member",
);

/** A mail that still waits. */
export const DELAY = forms(
  "\\bdelay(?:ed)?\\b",
  "(?:this is|mail|notification:) a? ?warning",
  "still being retried",
  "will (?:be retried|retry)",
  "not yet been delivered",
  "delivery incomplete",
  "temporary problem delivering",
  "retard(?:é|e)",
  "vertraagd",
  "verz(?:ö|oe)gert",
);

/** A subject that tells of success. */
export const SUCCESS = forms(
  "\\(success\\)",
  "^success",
  "^(?:delivered|relayed|expanded)\\s?:",
  "successful(?:ly)? (?:mail )?deliver",
  "deliver(?:y|ed) success",
);
