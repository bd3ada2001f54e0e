/** Why a relay could not be spoken with, in a sentence without its full stop. OpenSSL's own words are two lines and name
 *  its source files: "C0…:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:ssl/…c:77:". */
export function relayTrouble({ message }: Error): string {
  const reason = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message)?.[1]?.trim();
  if (reason === undefined) return message.replace(/\s+/g, " ").trim().replace(/\.$/, "");
  const hint =
    reason === "wrong version number" ? "; that port may not speak TLS from the first byte (smtp:// then)" : "";
  return `TLS failed with it: ${reason}${hint}`;
}
