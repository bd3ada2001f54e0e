import { readFileSync } from "node:fs";
import { assert } from "@permanence/kernel";
import { marked } from "marked";
import { legibleOn } from "./contrast.ts";

/** A message of the desk's to its customers or agents, as an operator writes it: Markdown with {{variables}}. */
export type Template = { subject: string; body: string };

/** What a mail about a ticket can say of it. */
const ABOUT_TICKET = [
  "name",
  "subject",
  "number",
  "receivedAt",
  "priority",
  "priorityMeaning",
  "promise",
  "nextWorking",
  "deskName",
  "signature",
];

/** Those of templates/. */
const SHIPPED = ["fr", "nl", "en"];

/** The templates that a desk may change, with the variables that each may use and the languages that each ships in. */
export const TEMPLATES = [
  { name: "notice", variables: [...ABOUT_TICKET, "stoppedLink", "incident"], languages: SHIPPED },
  { name: "priority-changed", variables: [...ABOUT_TICKET, "reason", "stoppedLink"], languages: SHIPPED },
  {
    name: "reply",
    variables: ["subject", "number", "text", "agentName", "deskName", "signature"],
    languages: SHIPPED,
  },
  { name: "alert", variables: ["name", "summary", "list", "link", "deskName"], languages: SHIPPED },
  { name: "news", variables: ["name", "summary", "list", "link", "deskName"], languages: SHIPPED },
  { name: "page", variables: ["name", "title", "text", "link", "deskName"], languages: SHIPPED },
  {
    name: "suggestion",
    variables: ["name", "title", "state", "reason", "link", "unsubscribeLink", "deskName", "signature"],
    languages: SHIPPED,
  },
  { name: "taken", variables: [...ABOUT_TICKET, "agentName"], languages: SHIPPED },
  {
    name: "closed",
    variables: ["name", "subject", "number", "deskName", "signature", "goodLink", "badLink"],
    languages: SHIPPED,
  },
  { name: "sign-in", variables: ["name", "link", "deskName"], languages: SHIPPED },
  { name: "invitation", variables: ["name", "link", "invitedBy", "until", "deskName"], languages: SHIPPED },
  { name: "customer-sign-in", variables: ["link", "code", "deskName"], languages: SHIPPED },
] as const;

export type TemplateName = (typeof TEMPLATES)[number]["name"];

/** Mail as it will be sent: what its reader sees, twice. */
export type RenderedTemplate = { subject: string; text: string; html: string };

/** Fills a template. A paragraph with an empty `{{variable?}}` is left out; any other empty one leaves no gap.
 *  @param written safe HTML of our own, for variables that are a paragraph by themselves */
export function renderTemplate(
  template: Template,
  values: Record<string, string>,
  page: { language: string; deskName: string; accent: string },
  written: Record<string, string> = {},
): RenderedTemplate {
  const colon = page.language === "fr" ? " :" : ":";
  const kept = paragraphsOf(template, colon).filter(({ optional }) => optional.every((name) => values[name]));
  const text = kept.map((paragraph) => fill(paragraph.text, values, (value) => value));
  const html = kept.map((paragraph) => {
    const alone = /^<p>\{\{\s*([A-Za-z]+)\s*\}\}<\/p>\s*$/.exec(paragraph.html)?.[1];
    return (alone === undefined ? undefined : written[alone]) ?? fill(paragraph.html, values, asHtml);
  });
  return {
    subject: fill(template.subject, values, (value) => value)
      .replace(/\s+/g, " ")
      .trim(),
    text: `${text.join("\n\n")}\n`,
    html: asPage(html.join(""), page),
  };
}

/** A paragraph in both forms, with its variables still in it, and those of them that may leave it out. */
type Paragraph = { text: string; html: string; optional: string[] };

/** Reading the Markdown costs more than filling it in; a desk's templates live as long as the desk is known. */
const paragraphsByTemplate = new WeakMap<Template, Paragraph[]>();

function paragraphsOf(template: Template, colon: string): Paragraph[] {
  const known = paragraphsByTemplate.get(template);
  if (known) return known;
  const paragraphs = template.body
    .trim()
    .split(/\n{2,}/)
    .map((source) => ({
      text: asPlainText(source, colon),
      html: marked.parse(source, { async: false, breaks: true, gfm: true }),
      optional: [...source.matchAll(VARIABLE)].filter(([, , mark]) => mark !== "").map(([, name]) => name!),
    }));
  paragraphsByTemplate.set(template, paragraphs);
  return paragraphs;
}

/** The template that ships with the program, for a desk that has none of its own in this language. */
export function shippedTemplate(name: TemplateName, language: string): Template {
  const file = `${name}.${SHIPPED.includes(language) ? language : "en"}.md`;
  const known = shippedTemplates.get(file);
  if (known) return known;
  const source = readFileSync(new URL(`./templates/${file}`, import.meta.url), "utf8");
  const [, head, body] = /^---\nsubject: (.*)\n---\n([\s\S]*)$/.exec(source) ?? [];
  assert(head !== undefined && body !== undefined, `${file} has a subject and a body`);
  const template = { subject: head.replace(/^"(.*)"$/, "$1"), body };
  shippedTemplates.set(file, template);
  return template;
}

const shippedTemplates = new Map<string, Template>();

const VARIABLE = /\s?\{\{\s*([A-Za-z]+)(\??)\s*\}\}/g;

function fill(text: string, values: Record<string, string>, write: (value: string, name: string) => string): string {
  return text.replace(VARIABLE, (found, name: string) => {
    const value = values[name] ?? "";
    return value === "" ? "" : `${/^\s/.test(found) ? found[0] : ""}${write(value, name)}`;
  });
}

/** The Markdown of a template as one would type it in a plain mail: no stars, tables as lines. */
function asPlainText(paragraph: string, colon: string): string {
  return paragraph
    .split("\n")
    .filter((line) => !/^\|[\s|:-]*\|$/.test(line))
    .map((line) => line.replace(/^\|\s*(.*?)\s*\|\s*(.*?)\s*\|$/, `$1${colon} $2`))
    .map((line) => line.replaceAll("**", "").replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1: $2"))
    .join("\n");
}

/** Only what the desk itself wrote may hold links. */
const MAY_LINK = new Set([
  "text",
  "link",
  "unsubscribeLink",
  "reason",
  "stoppedLink",
  "incident",
  "signature",
  "goodLink",
  "badLink",
]);

function asHtml(value: string, name: string): string {
  if (!MAY_LINK.has(name)) return escapeHtml(value);
  return value
    .split(/(https?:\/\/[^\s<>"]+[^\s<>"'.,;:!?)\]])/)
    .map((part, index) =>
      index % 2 === 0 ? escapeHtml(part) : `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>`,
    )
    .join("");
}

/** Values come from outside: none of their characters may become markup that we did not write. Their empty lines stay. */
function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`).replace(/\r?\n/g, "<br>\n");
}

const DARK_GROUND = "#12181f";

function asPage(body: string, page: { language: string; deskName: string; accent: string }): string {
  const name = escapeHtml(page.deskName);
  const dark = legibleOn(DARK_GROUND, page.accent);
  return `<!doctype html>
<html lang="${page.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>${name}</title>
<style>
body{margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;color:#1b2530;background:#fff}
main{max-width:600px;margin:0 auto}
.desk{margin:0 0 24px;padding:0 0 12px;border-bottom:2px solid ${page.accent};font-weight:600}
p{margin:0 0 16px}
table{margin:0 0 16px;border-collapse:collapse;width:100%}
thead{display:none}
td{padding:8px 12px 8px 0;border-bottom:1px solid #d8dee4;vertical-align:top}
td:first-child{color:#566573;width:34%}
a{color:${page.accent}}
img{max-width:100%;height:auto}
blockquote{margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #d8dee4}
pre,code{font:14px/1.5 ui-monospace,monospace}
pre{margin:0 0 16px;padding:12px;overflow-x:auto;background:#8882}
@media (prefers-color-scheme:dark){.desk{border-color:${dark}}a{color:${dark}}body{color:#e6ebf0;background:${DARK_GROUND}}td{border-color:#33404d}td:first-child{color:#9fb0bf}}
</style></head>
<body><main><p class="desk">${name}</p>
${body.trim()}
</main></body></html>
`;
}
