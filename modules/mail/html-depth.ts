/** Elements without an end tag, or whose end tag people leave out and browsers add. */
const OPEN_ENDED = new Set(
  "area base br col embed hr img input link meta p source wbr li dt dd td th tr tbody thead tfoot option".split(" "),
);

/** Whether a page's elements stand more than `limit` deep in each other. Counts tags, without building the tree that
 *  would be too deep: 100,000 open elements cost a parser minutes, and what walks its tree the stack. */
export function nestsDeeper(html: string, limit: number): boolean {
  let depth = 0;
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})(?![a-z0-9])/gi)) {
    if (OPEN_ENDED.has(name!.toLowerCase())) continue;
    depth = slash === "" ? depth + 1 : Math.max(0, depth - 1);
    if (depth > limit) return true;
  }
  return false;
}
