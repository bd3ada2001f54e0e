import type { Cookies } from "@sveltejs/kit";

/** The API's; pages only carry it. */
export const SESSION_COOKIE = "permanence_session";
/** A customer's. */
export const CUSTOMER_COOKIE = "permanence_customer";

/** Hands the visitor the session that the API gave to a form action, as the API wrote it. */
export function keepSession(response: Response, cookies: Cookies): void {
  for (const header of response.headers.getSetCookie()) {
    const { name, value, ...options } = cookies.parse(header, { decode: (text) => text });
    // What the API left out is left out: Kit would add Secure, and the cookie would be lost on plain http.
    const asWritten = { path: "/", secure: false, httpOnly: false, ...options, encode: (text: string) => text };
    if (value !== undefined) cookies.set(name, value, asWritten);
  }
}
