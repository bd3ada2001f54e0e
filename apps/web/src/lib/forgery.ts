/** Whether a change could have been sent by another site's page with the visitor's cookies. Browsers send Origin with
 *  every change. Hosts are compared, not schemes: a proxy that ends TLS changes the scheme. A request without Origin
 *  comes from no browser, or from one so old that it sends Sec-Fetch-Site neither; it is refused. */
export function isForged(request: Request): boolean {
  if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return false;

  const origin = request.headers.get("origin");
  if (origin && origin !== "null") return hostOf(origin) !== new URL(request.url).host;
  return request.headers.get("sec-fetch-site") !== "same-origin";
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
