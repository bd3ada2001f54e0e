import type { Entity } from "./mime-entity.ts";

/** What of a message is its body, and what stands beside it. */
export type BodyParts = {
  /** To read as text; HTML where a branch has no other. */
  text: Entity[];
  /** To read as a page; text where a branch has no other. */
  html: Entity[];
  attachments: Entity[];
};

/** Sorts the leaves of a message by the algorithm of RFC 8621, section 4.1.4, but that pictures and sounds, which
 *  it draws into the body, are always attachments here. */
export function bodyPartsOf(root: Entity): BodyParts {
  const body: BodyParts = { text: [], html: [], attachments: [] };
  sortParts([root], { multipart: "mixed", isInAlternative: false, ...body });
  if (body.text.length === 0) promoteOddText(body);
  return body;
}

type Place = {
  multipart: string;
  isInAlternative: boolean;
  /** Null where an alternative's other branch stands for it. */
  text: Entity[] | null;
  html: Entity[] | null;
  attachments: Entity[];
};

function sortParts(parts: Entity[], place: Place): void {
  const textBefore = place.text?.length ?? 0;
  const htmlBefore = place.html?.length ?? 0;
  for (const [index, part] of parts.entries()) sortPart(part, index, place);

  const { multipart, text, html } = place;
  if (multipart !== "alternative" || text === null || html === null) return;
  const newText = text.slice(textBefore);
  const newHtml = html.slice(htmlBefore);
  if (newText.length === 0) text.push(...newHtml);
  if (newHtml.length === 0) html.push(...newText);
}

function sortPart(part: Entity, index: number, place: Place): void {
  const [type, subtype] = part.type.value.split("/") as [string, string];
  if (type === "multipart") {
    const isInAlternative = place.isInAlternative || subtype === "alternative";
    sortParts(part.parts, { ...place, multipart: subtype, isInAlternative });
  } else if (!isBodyText(part, index, place.multipart)) place.attachments.push(part);
  else if (place.multipart === "alternative") (subtype === "html" ? place.html : place.text)?.push(part);
  else {
    if (place.isInAlternative && subtype === "plain") place.html = null;
    if (place.isInAlternative && subtype === "html") place.text = null;
    place.text?.push(part);
    place.html?.push(part);
  }
}

function isBodyText(part: Entity, index: number, multipart: string): boolean {
  const isText = part.type.value === "text/plain" || part.type.value === "text/html";
  if (!isText || part.disposition.value === "attachment") return false;
  return index === 0 || (multipart !== "related" && !isNamed(part));
}

/** A message whose only text is of a rare kind ("text/enriched", "text/markdown") is read all the same. A calendar's
 *  lines are for programs. */
function promoteOddText(body: BodyParts): void {
  const at = body.attachments.findIndex(
    (part) => /^text\/(?!calendar$)/.test(part.type.value) && part.disposition.value !== "attachment" && !isNamed(part),
  );
  if (at >= 0) body.text.push(...body.attachments.splice(at, 1));
}

const isNamed = ({ disposition, type }: Entity): boolean =>
  disposition.params.has("filename") || type.params.has("name");
