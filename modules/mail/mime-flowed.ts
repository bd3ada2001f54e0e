/** Joins the lines that a mailer broke and marked as flowing (RFC 3676, section 4), at each depth of quoting. */
export function joinFlowedLines(text: string, deletesSpace: boolean): string {
  const paragraphs: string[] = [];
  let open: { depth: number; pieces: string[] } | null = null;
  for (const line of text.split("\n")) {
    const depth = quoteDepth(line);
    const content = line.slice(line[depth] === " " ? depth + 1 : depth); // Section 4.4: one space was stuffed.
    if (open !== null && (open.depth !== depth || content === "-- ")) {
      paragraphs.push(paragraphOf(open)); // Broken by its sender; sections 4.3 and 4.5 end it here.
      open = null;
    }
    open ??= { depth, pieces: [] };
    const isFlowing = content.endsWith(" ") && content !== "-- ";
    open.pieces.push(isFlowing && deletesSpace ? content.slice(0, -1) : content);
    if (isFlowing) continue;
    paragraphs.push(paragraphOf(open));
    open = null;
  }
  if (open !== null) paragraphs.push(paragraphOf(open));
  return paragraphs.join("\n");
}

function paragraphOf({ depth, pieces }: { depth: number; pieces: string[] }): string {
  return depth === 0 ? pieces.join("") : `${">".repeat(depth)} ${pieces.join("")}`;
}

function quoteDepth(line: string): number {
  let depth = 0;
  while (line[depth] === ">") depth++;
  return depth;
}
