import createDOMPurify from "dompurify";
import { JSDOM } from "jsdom";
import { safeDeclarations, safeStyleSheet, type StyleChoice, webAddressOf } from "./sanitiser-css.ts";

export type PageChoice = {
  /** Whether pictures may come from the network. */
  remote: boolean;
  /** Where the pictures that came with the mail are, by Content-ID without brackets. */
  images: Record<string, string>;
};

export type SafePage = {
  /** A fragment to be put into a frame's document. */
  html: string;
  /** Pictures that were not to be fetched. */
  blockedRemote: number;
};

const TAGS =
  "html head body style a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr";
/** Those that hold no address, or, as `background`, one that is looked at below. */
const ATTRIBUTES =
  "align alt background bgcolor border cellpadding cellspacing class clear color colspan compact datetime dir face height hspace id lang name noshade nowrap rowspan rules scope size span start style summary title text type valign value vspace width";

const { window } = new JSDOM("");
const purifier = createDOMPurify(window);

/** Makes a mail's HTML harmless: nothing runs, is submitted, leaves its place or is fetched unasked. */
export function safePage(html: string, choice: PageChoice): SafePage {
  const root = purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS.split(" "),
    ALLOWED_ATTR: ["href", "src", ...ATTRIBUTES.split(" ")],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|#|\/\/|data:image\/)/i,
    ADD_URI_SAFE_ATTR: ATTRIBUTES.split(" "), // Or "600" were no address, and dropped.
    ADD_FORBID_CONTENTS: ["select", "object", "applet"],
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
  }) as unknown as Element;
  const page = new PageCleaner(choice);
  return { html: page.fragmentOf(root), blockedRemote: page.blockedRemote };
}

/** What DOMPurify leaves to the site that shows its output: styles, links, pictures. */
class PageCleaner {
  blockedRemote = 0;
  readonly #choice: PageChoice;
  readonly #style: StyleChoice;

  constructor(choice: PageChoice) {
    this.#choice = choice;
    this.#style = { remote: choice.remote, onBlocked: () => void this.blockedRemote++ };
  }

  fragmentOf(root: Element): string {
    for (const element of root.querySelectorAll("*")) this.#clean(element);
    const sheets = [...root.querySelectorAll("style")]
      .map((sheet) => sheet.textContent)
      .filter((sheet) => sheet !== "");
    for (const sheet of root.querySelectorAll("style")) sheet.remove();
    const body = root.querySelector("body");
    if (body === null) return "";
    const style = sheets.length === 0 ? "" : `<style>${sheets.join("\n")}</style>`;
    const wall = body.getAttribute("style") ?? "";
    return `${style}<div${wall === "" ? "" : ` style="${wall.replaceAll('"', "&quot;")}"`}>${body.innerHTML}</div>`;
  }

  #clean(element: Element): void {
    const name = element.localName;
    if (name === "style") element.textContent = safeStyleSheet(element.textContent ?? "", this.#style);
    if (name === "a") cleanLink(element);
    else element.removeAttribute("href");
    if (name === "img") this.#cleanPicture(element);
    else element.removeAttribute("src");
    this.#cleanBackground(element);
    if (name === "body") bodyColours(element);
    const style = element.getAttribute("style");
    if (style !== null) setOrRemove(element, "style", safeDeclarations(style, this.#style));
  }

  #cleanPicture(image: Element): void {
    const source = image.getAttribute("src")?.trim() ?? "";
    const address = this.#pictureAddress(source);
    setOrRemove(image, "src", address);
    if (address.startsWith("http")) image.setAttribute("referrerpolicy", "no-referrer");
  }

  /** An attribute as old as tables, of which browsers still draw the picture. */
  #cleanBackground(element: Element): void {
    const background = element.getAttribute("background");
    if (background !== null) setOrRemove(element, "background", this.#pictureAddress(background.trim()));
  }

  #pictureAddress(source: string): string {
    if (/^cid:/i.test(source)) return this.#imageOfMail(source.slice("cid:".length));
    if (/^data:image\/(png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\s]*$/i.test(source)) return source;
    const address = webAddressOf(source);
    if (address === null) return "";
    if (!this.#choice.remote) this.blockedRemote++;
    return this.#choice.remote ? address : "";
  }

  #imageOfMail(reference: string): string {
    const id = decoded(reference);
    return Object.hasOwn(this.#choice.images, id) ? this.#choice.images[id]! : "";
  }
}

/** Opens beside the desk's page, which it learns nothing of. Only the web, mail and telephone. */
function cleanLink(link: Element): void {
  const href = link.getAttribute("href")?.trim() ?? "";
  if (href.startsWith("#")) return;
  const address = /^(mailto|tel):[^\s<>"]*$/i.test(href) ? href : (webAddressOf(href) ?? "");
  setOrRemove(link, "href", address);
  if (address === "") return;
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer");
}

/** A fragment has no body: its colours go into the style of the element that stands for it. */
function bodyColours(body: Element): void {
  const colour = (name: string): string => /^#?[\w]{3,20}$/.exec(body.getAttribute(name) ?? "")?.[0] ?? "";
  const [background, text] = [colour("bgcolor"), colour("text")];
  const style = [
    background === "" ? "" : `background-color: ${background}`,
    text === "" ? "" : `color: ${text}`,
    body.getAttribute("style") ?? "",
  ];
  setOrRemove(body, "style", style.filter((each) => each !== "").join("; "));
}

function setOrRemove(element: Element, name: string, value: string): void {
  if (value === "") element.removeAttribute(name);
  else element.setAttribute(name, value);
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}
