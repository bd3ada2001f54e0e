/** What the rules are to the desk's mails, these signs are to the evaluation's tickets, which are English, German, Spanish and
 *  Portuguese and of all trades: words of urgency, harm, questions, by their beginnings. */
const SIGNS: Record<string, string[]> = {
  urgent: ["urgen\\w*", "dringen\\w*", "eilig\\w*", "asap", "emerg\\w*"],
  atOnce: [
    ...[
      "immediat\\w*",
      "inmediat\\w*",
      "imediat\\w*",
      "sofort\\w*",
      "umgehend\\w*",
      "right away",
      "as soon as possible",
    ],
    ...["so schnell wie moglich", "lo antes posible", "o mais rapido possivel", "o quanto antes", "rapidamente"],
  ],
  critical: [
    "critic\\w*",
    "kritisch\\w*",
    "vital\\w*",
    "crucial\\w*",
    "essential\\w*",
    "fundament\\w*",
    "entscheidend\\w*",
  ],
  severe: [
    "sever\\w*",
    "serious\\w*",
    "grave\\w*",
    "schwer\\w*",
    "erheblich\\w*",
    "massiv\\w*",
    "significant\\w*",
    "significativ\\w*",
  ],
  priority: [
    "high.priority",
    "alta prioridad\\w*",
    "prioridad\\w* alta",
    "hohe\\w? prioritat",
    "priorit\\w*",
    "priorid\\w*",
    "prioriz\\w*",
  ],
  outage: [
    ...["outage\\w*", "downtime\\w*", "ausfall\\w*", "unterbrech\\w*", "interrup\\w*", "interromp\\w*", "disrupt\\w*"],
    ...["down", "caida\\w*", "queda\\w*", "storung\\w*"],
  ],
  business: ["operat\\w*", "operac\\w*", "betrieb\\w*", "geschaft\\w*", "business", "negocio\\w*"],
  question: [
    ...["inquir\\w*", "enquir\\w*", "anfrage\\w*", "consulta\\w*", "pregunta\\w*", "question\\w*", "frage\\w*"],
    ...["information\\w*", "informac\\w*", "duvida\\w*", "details?", "detalles", "warranty", "garanti\\w*"],
  ],
  calm: [
    ...[
      "low.priority",
      "baja prioridad",
      "niedrige\\w? prioritat",
      "baixa prioridade",
      "no impact",
      "minor",
      "gering\\w*",
    ],
    ...["convenience", "when possible", "cuando pueda\\w*"],
  ],
  better: ["improv\\w*", "mejor\\w*", "melhor\\w*", "verbesser\\w*", "optimi\\w*", "otimiz\\w*"],
  security: [
    "secur\\w*",
    "seguranca",
    "seguridad",
    "sicherheit\\w*",
    "breach\\w*",
    "vulnerab\\w*",
    "data loss",
    "unauthori\\w*",
  ],
  setup: ["setup", "setting up", "set up", "instal\\w*", "einricht\\w*", "configur\\w*", "konfigur\\w*"],
  prompt: ["prompt\\w*", "zeitnah\\w*", "schnell\\w*", "rapid\\w*", "pronta?\\w*", "swift\\w*", "quick\\w*"],
  thanks: ["appreciat\\w*", "agrade\\w*", "dankbar", "thank\\w*", "gracias", "obrigad\\w*", "danke\\w*"],
  unable: [
    "unable",
    "cannot",
    "can't",
    "nicht",
    "incapaz",
    "no puedo",
    "no puede\\w*",
    "nao consig\\w*",
    "inaccess\\w*",
    "unzugang\\w*",
  ],
  loss: ["loss\\w*", "verlust\\w*", "perdida\\w*", "perda\\w*", "revenue", "umsatz", "ingresos", "receita"],
};

const PATTERNS = Object.entries(SIGNS).map(([sign, said]) => ({
  sign,
  said: new RegExp(`\\b(?:${said.join("|")})`, "g"),
}));

/** Each sign as often as the text, without accents or capitals, shows it. */
export function signsIn(text: string): string[] {
  return PATTERNS.flatMap(({ sign, said }) => [...text.matchAll(said)].map(() => sign));
}
