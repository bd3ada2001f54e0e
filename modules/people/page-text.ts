import { marked, type Token, type Tokens } from "marked";

// The Markdown of a desk's own pages, as parts that a page draws itself: no HTML of anybody's comes through.

/** A run of letters of one kind. `href` leads out by http(s) or mailto, or to a path of the site. */
export type Span = { text: string; strong?: true; emphasis?: true; code?: true; href?: string };

export type Block =
  | { kind: "heading"; level: 2 | 3; spans: Span[] }
  | { kind: "paragraph"; spans: Span[] }
  | { kind: "list"; ordered: boolean; items: Block[][] }
  | { kind: "quote"; blocks: Block[] }
  | { kind: "code"; text: string };

/** Headings begin at level 2, under the page's title. Tables are given as their lines; HTML stands as it was typed. */
export function blocksOf(markdown: string): Block[] {
  return blocks(marked.lexer(markdown, { gfm: true }));
}

function blocks(tokens: Token[]): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case "space":
      case "hr":
      case "def":
        return [];
      case "heading":
        return [{ kind: "heading", level: (token as Tokens.Heading).depth <= 2 ? 2 : 3, spans: spansOf(token) }];
      case "list": {
        const { ordered, items } = token as Tokens.List;
        return [{ kind: "list", ordered, items: items.map((item) => blocks(item.tokens)) }];
      }
      case "blockquote":
        return [{ kind: "quote", blocks: blocks((token as Tokens.Blockquote).tokens) }];
      case "code":
        return [{ kind: "code", text: (token as Tokens.Code).text }];
      default:
        return [{ kind: "paragraph", spans: spansOf(token) }];
    }
  });
}

type Marks = Omit<Span, "text">;

function spansOf(token: Token, marks: Marks = {}): Span[] {
  const inner = "tokens" in token ? token.tokens : undefined;
  return inner === undefined ? [{ text: textOf(token), ...marks }] : inner.flatMap((each) => spansIn(each, marks));
}

function spansIn(token: Token, marks: Marks): Span[] {
  switch (token.type) {
    case "strong":
      return spansOf(token, { ...marks, strong: true });
    case "em":
      return spansOf(token, { ...marks, emphasis: true });
    case "codespan":
      return [{ text: textOf(token), ...marks, code: true }];
    case "br":
      return [{ text: "\n", ...marks }];
    case "link": {
      const { href } = token as Tokens.Link;
      return spansOf(token, LEADS_OUT.test(href) ? { ...marks, href } : marks);
    }
    default:
      return spansOf(token, marks);
  }
}

const LEADS_OUT = /^(?:https?:\/\/|mailto:|\/(?![/\\])|#)/i;

function textOf(token: Token): string {
  return "text" in token && typeof token.text === "string" ? token.text : token.raw;
}
