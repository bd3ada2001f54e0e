/** A mail with an invitation and a message, which holds a message; each of these with a picture from elsewhere. */
export function messageInMessage(): string {
  const page = (name: string) =>
    `Content-Type: text/html; charset=utf-8\n\n<p>Texte de ${name}</p><img src="https://tracker.example/${name}">\n`;
  const message = (subject: string, boundary: string, parts: string[]) =>
    `From: fay@agence.be\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=${boundary}\n\n${parts
      .map((part) => `--${boundary}\n${part}\n`)
      .join("")}--${boundary}--\n`;
  const inner = message("Dedans", "c", [page("Dedans")]);
  const outer = message("Dehors, sous un sujet bien plus long que la largeur d'un petit telephone", "b", [
    page("Dehors"),
    "Content-Type: text/plain; name=a.txt\n\nRien.",
    "Content-Type: text/plain; name=b.txt\n\nRien.",
    `Content-Type: message/rfc822\n\n${inner}`,
  ]);
  const calendar = `BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:<b>Formation</b>\nDTSTART;TZID=Europe/London:20261201T090000\nRRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=3\nEND:VEVENT\nEND:VCALENDAR`;
  return message("Matriochkas", "a", [
    "Content-Type: text/plain; charset=utf-8\n\nBonjour, voyez ceci.",
    `Content-Type: text/calendar; method=REQUEST\n\n${calendar}`,
    `Content-Type: message/rfc822\n\n${outer}`,
  ]).replaceAll("\n", "\r\n");
}
