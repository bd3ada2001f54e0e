import { Marked, type Token, type Tokens } from "marked";

// What an agent writes is Markdown: the reader sees it twice, as HTML and as plain text. Nothing of it can become HTML of
// its own: tags that somebody writes stand there as they were typed.

/** A picture that goes with the letter is written as ![its name](upload:<id>). */
const PICTURE = /^upload:([0-9a-f-]{36})$/;
const LINK = /^(?:https?:\/\/|mailto:|tel:)[^\s<>"]+$/i;

/** The ids of the pictures that stand in a letter, each once, in their order. */
export function picturesOf(markdown: string): string[] {
  const ids: string[] = [];
  void reader.walkTokens(reader.lexer(markdown), (token) => {
    const id = token.type === "image" ? PICTURE.exec((token as Tokens.Image).href)?.[1] : undefined;
    if (id !== undefined && !ids.includes(id)) ids.push(id);
  });
  return ids;
}

/** @param addressOf where a picture stands, by the id of its file; null where it is not the letter's */
export function letterHtml(markdown: string, addressOf: (uploadId: string) => string | null): string {
  const writer = new Marked({ gfm: true, breaks: true, async: false });
  writer.use({
    renderer: {
      html: ({ text }) => escapeHtml(text),
      // marked leaves text behind a tag such as <script> as it is: it believes that tag to be one.
      text(token) {
        const within = inside(token);
        return within ? this.parser.parseInline(within) : escapeHtml(decoded(token.text));
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        return LINK.test(href) ? `<a href="${escapeHtml(href)}">${words}</a>` : words;
      },
      image({ href, text }) {
        const id = PICTURE.exec(href)?.[1];
        const address = id === undefined ? null : addressOf(id);
        return address === null ? escapeHtml(text) : `<img src="${escapeHtml(address)}" alt="${escapeHtml(text)}">`;
      },
      checkbox: ({ checked }) => (checked ? "[x] " : "[ ] "),
    },
  });
  return writer.parse(markdown) as string;
}

/** The same without marks, as one types it in a plain mail. */
export function letterText(markdown: string): string {
  return blocks(reader.lexer(markdown)).trim();
}

const reader = new Marked({ gfm: true, breaks: true });

function blocks(tokens: Token[], gap = "\n\n"): string {
  return tokens
    .map(block)
    .filter((text) => text !== "")
    .join(gap);
}

function block(token: Token): string {
  switch (token.type) {
    case "space":
    case "def":
      return "";
    case "code":
      return indented((token as Tokens.Code).text, "    ");
    case "blockquote":
      return indented(blocks(inside(token) ?? []), "> ");
    case "list":
      return listText(token as Tokens.List);
    case "hr":
      return "---";
    case "table":
      return tableText(token as Tokens.Table);
    default:
      return inside(token) ? inline(inside(token)!) : decoded((token as { text?: string }).text ?? token.raw).trimEnd();
  }
}

function inside(token: Token): Token[] | undefined {
  return (token as { tokens?: Token[] }).tokens;
}

function listText({ items, ordered, start, loose }: Tokens.List): string {
  const first = ordered ? Number(start) || 1 : 1;
  const lines = items.map((item, index) => {
    const mark = ordered ? `${first + index}. ` : "- ";
    const text = blocks(item.tokens, loose ? "\n\n" : "\n");
    return `${mark}${indented(text, " ".repeat(mark.length)).slice(mark.length)}`;
  });
  return lines.join(loose ? "\n\n" : "\n");
}

function tableText({ header, rows }: Tokens.Table): string {
  return [header, ...rows].map((row) => row.map(({ tokens }) => inline(tokens)).join(" | ")).join("\n");
}

function inline(tokens: Token[]): string {
  return tokens.map(inlineOf).join("");
}

function inlineOf(token: Token): string {
  if (token.type === "br") return "\n";
  if (token.type === "image") return `[${(token as Tokens.Image).text}]`;
  if (token.type === "link") return linkText(token as Tokens.Link);
  if (token.type === "codespan" || token.type === "html") return (token as Tokens.Codespan).text;
  const within = inside(token);
  if (within) return inline(within);
  return decoded((token as { text?: string }).text ?? token.raw);
}

function linkText({ href, tokens }: Tokens.Link): string {
  const words = inline(tokens);
  const isSame = words === href || `mailto:${words}` === href || `http://${words}` === href;
  return isSame || !LINK.test(href) ? words : `${words} (${href.replace(/^mailto:/, "")})`;
}

function indented(text: string, mark: string): string {
  return text
    .split("\n")
    .map((line) => `${mark}${line}`.trimEnd())
    .join("\n");
}

const NAMED: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00A0" };

/** Markdown knows HTML's names of characters. */
function decoded(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos|nbsp|#39);/g, (_, name: string) => NAMED[name] ?? "'");
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
