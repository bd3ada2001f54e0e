import { compile } from "html-to-text";
import { nestsDeeper } from "./html-depth.ts";
import { READ_LIMITS } from "./read-limits.ts";

const convert = compile({
  wordwrap: false,
  selectors: [
    { selector: "title", format: "skip" },
    { selector: "img", format: "skip" },
    { selector: "a", options: { hideLinkHrefIfSameAsText: true, noAnchorUrl: true, linkBrackets: ["<", ">"] } },
    ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
  ],
});

/** The text of an HTML page, for people and for searching: paragraphs, lists and quotes as plain text has them. */
export function textOfHtml(page: string): string {
  const html = page.slice(0, READ_LIMITS.htmlCharactersForText);
  return nestsDeeper(html, READ_LIMITS.htmlDepth) ? withoutTags(html) : convert(html);
}

function withoutTags(html: string): string {
  return html
    .replaceAll(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d|\/blockquote)\b[^<>]{0,500}>/gi, "\n")
    .replaceAll(/<[^<>]{0,5000}>/g, " ")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
}
