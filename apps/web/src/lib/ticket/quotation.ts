/** A message in what the person newly wrote, and the rest (quotes, signature) before and after it. */
export type Divided = { before: string; reply: string; after: string };

/** Finds the new part of a message in its whole text. Where it does not stand there word for word, because quotes were
 *  cut out from between, it is shown with the whole text after it. */
export function divide(text: string, reply: string): Divided {
  const whole = text.trim();
  const own = reply.trim();
  if (own === "" || own === whole) return { before: "", reply: whole, after: "" };

  const at = whole.indexOf(own);
  if (at === -1) return { before: "", reply: own, after: whole };
  return { before: whole.slice(0, at).trim(), reply: own, after: whole.slice(at + own.length).trim() };
}

export type Piece = { text: string; href: string | null };

/** Text with its web addresses apart, to be drawn as links; only http and https. The sentence's own full stop, comma or
 *  closing bracket is not part of the address. */
export function findLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/gi)) {
    const address = match[0].replace(/[.,;:!?'»”)\]]+$/, "");
    if (!URL.canParse(address)) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), href: null });
    pieces.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), href: null });
  return pieces;
}
