/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair. */
export function storable(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

// oxlint-disable-next-line no-control-regex -- Control characters are the point.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** Text that stands on one line: white space and control characters run together to one space. */
export function cleanLine(text: string): string {
  return storable(text.replaceAll(CONTROLS, " ")).replaceAll(/\s+/g, " ").trim();
}
