/** What a style may fetch. Everything else that CSS can fetch is left out whatever the choice. */
export type StyleChoice = {
  /** Whether pictures behind text may come from the network. */
  remote: boolean;
  /** Told for each that may not. */
  onBlocked(): void;
};

/** What a mail's style may say, by property. Named, not excluded: what CSS learns next year is left out. None of
 *  them leaves its place on the page, fetches, or runs. */
const PROPERTY =
  /^(background(-(color|clip|image|origin|position|repeat|size))?|border(-(top|right|bottom|left))?(-(color|style|width|radius))?|border-(collapse|spacing|(top|bottom)-(left|right)-radius)|box-(shadow|sizing)|caption-side|clear|color|column-(count|gap)|direction|display|empty-cells|flex(-(basis|direction|flow|grow|shrink|wrap))?|align-(content|items|self)|justify-content|gap|row-gap|order|float|font(-(family|size|stretch|style|variant|weight))?|height|letter-spacing|line-height|line-break|list-style(-(image|position|type))?|margin(-(top|right|bottom|left))?|max-(height|width)|min-(height|width)|object-fit|opacity|orphans|outline(-(color|style|width))?|overflow(-(x|y|wrap))?|padding(-(top|right|bottom|left))?|page-break-(after|before|inside)|quotes|table-layout|tab-size|text-(align|decoration(-(color|line|style))?|indent|overflow|shadow|size-adjust|transform)|-(ms|webkit)-text-size-adjust|unicode-bidi|vertical-align|visibility|white-space|widows|width|word-(break|spacing|wrap)|writing-mode)$/;

/** Functions that neither fetch nor run; anything else in brackets goes. */
const FUNCTION =
  /^(rgba?|hsla?|hwb|lab|lch|oklab|oklch|calc|min|max|clamp|(repeating-)?(linear|radial|conic)-gradient|counter|counters|repeat|minmax|fit-content)$/;
const PICTURE_PROPERTY = /^(background|background-image|list-style|list-style-image)$/;

/** The declarations of a `style` attribute or a rule that are safe, written anew. Linear. */
export function safeDeclarations(source: string, choice: StyleChoice): string {
  return splitAtSemicolons(withoutControls(withoutComments(source)))
    .map((declaration) => safeDeclaration(declaration, choice))
    .filter((declaration) => declaration !== "")
    .join("; ");
}

function safeDeclaration(declaration: string, choice: StyleChoice): string {
  const colon = declaration.indexOf(":");
  if (colon < 0) return "";
  const property = declaration.slice(0, colon).trim().toLowerCase();
  const value = declaration.slice(colon + 1).trim();
  if (!PROPERTY.test(property) || !isSafeValue(value)) return "";
  return `${property}: ${value.replaceAll(PICTURE, (_, double, single, bare) => safePicture(property, double ?? single ?? bare, choice))}`;
}

const LONGEST_VALUE = 4_000;

/** CSS Values 4, section 4.5, without what would need escapes. */
const PICTURE = /url\(\s*(?:"([^"()]*)"|'([^'()]*)'|([^"'()\s]*))\s*\)/gi;

/** An escape can spell any word (`u\72l(`), an open string or bracket swallows what follows: such values go whole. */
function isSafeValue(value: string): boolean {
  if (value === "" || value.length > LONGEST_VALUE || /[\\<>@{}]/.test(value) || !isBalanced(value)) return false;
  const called = value.replaceAll(PICTURE, "").matchAll(/([\w-]*)\s*\(/g);
  return called.every(([, name]) => name === "" || FUNCTION.test(name!.toLowerCase()));
}

function isBalanced(value: string): boolean {
  let depth = 0;
  let quote = "";
  for (const character of value) {
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "(") depth++;
    else if (character === ")" && --depth < 0) return false;
  }
  return depth === 0 && quote === "";
}

/** Only pictures, only from the web, only when they are asked for. */
function safePicture(property: string, address: string, { remote, onBlocked }: StyleChoice): string {
  const url = PICTURE_PROPERTY.test(property) ? webAddressOf(address) : null;
  if (url === null) return "none";
  if (remote) return `url("${url}")`;
  onBlocked();
  return "none";
}

/** An http or https URL, spelled so that nothing in it ends a quoted string or brackets; null for any other. */
export function webAddressOf(address: string): string | null {
  const trimmed = address.trim();
  const url = URL.parse(trimmed.startsWith("//") ? `https:${trimmed}` : trimmed);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  return url.href.replaceAll(/["'()\\<>]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
}

/** The rules of a style sheet that are safe, written anew. `@media` is kept one level deep; of other at-rules
 *  (`@import`, `@font-face`, …) nothing is. */
export function safeStyleSheet(source: string, choice: StyleChoice): string {
  return safeRules(withoutComments(source.replaceAll(/<!--|-->/g, " ")), choice, true);
}

const LONGEST_SELECTOR = 2_000;

function safeRules(source: string, choice: StyleChoice, mayNest: boolean): string {
  const rules: string[] = [];
  for (let at = 0, open = source.indexOf("{"); open >= 0; open = source.indexOf("{", at)) {
    const close = closingBrace(source, open);
    const before = source.slice(at, open);
    const head = before.slice(before.lastIndexOf(";") + 1).trim(); // `@import …;` has no braces, and goes.
    rules.push(safeRule(head, source.slice(open + 1, close), choice, mayNest));
    at = close + 1;
  }
  return rules.filter((rule) => rule !== "").join("\n");
}

function safeRule(head: string, body: string, choice: StyleChoice, mayNest: boolean): string {
  if (head.length > LONGEST_SELECTOR || /[\\<{}]/.test(head)) return "";
  if (head.startsWith("@")) {
    const isMedia = mayNest && /^@media\s+[\w\s(),:.-]{1,200}$/i.test(head);
    const inside = isMedia ? safeRules(body, choice, false) : "";
    return inside === "" ? "" : `${head} {\n${inside}\n}`;
  }
  const isSelector = /^[\w\s.#*>+~,:()[\]="'|^$-]+$/.test(head);
  const declarations = isSelector ? safeDeclarations(body, choice) : "";
  return declarations === "" ? "" : `${head} { ${declarations} }`;
}

function closingBrace(source: string, open: number): number {
  let depth = 0;
  for (let at = open; at < source.length; at++) {
    if (source[at] === "{") depth++;
    else if (source[at] === "}" && --depth === 0) return at;
  }
  return source.length;
}

function withoutComments(source: string): string {
  return source
    .split("/*")
    .map((piece, index) => (index === 0 ? piece : afterComment(piece)))
    .join(" ");
}

function afterComment(piece: string): string {
  const end = piece.indexOf("*/");
  return end < 0 ? "" : piece.slice(end + 2);
}

// oxlint-disable-next-line no-control-regex -- In a string, a line break would end it for a browser but not here.
const withoutControls = (source: string): string => source.replaceAll(/[\u0000-\u001f\u007f]/g, " ");

/** Splits at semicolons that are in no string and no brackets. */
function splitAtSemicolons(source: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = "";
  for (let at = 0; at < source.length; at++) {
    const character = source[at]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === "(") depth++;
    else if (character === ")") depth = Math.max(0, depth - 1);
    else if (character === ";" && depth === 0) {
      pieces.push(source.slice(start, at));
      start = at + 1;
    }
  }
  pieces.push(source.slice(start));
  return pieces;
}
