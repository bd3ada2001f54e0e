/** A change only at the version that its form showed. */
export function versionHeader(form: FormData): Record<string, string> {
  const version = form.get("version");
  return typeof version === "string" && version !== "" ? { "if-match": `"${version}"` } : {};
}
