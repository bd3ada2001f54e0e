import type { Handle, HandleFetch, HandleServerError } from "@sveltejs/kit/hooks";
import { call } from "#lib/api/call.ts";
import type { Me } from "#lib/api/types.ts";
import { isForged } from "#lib/forgery.ts";
import { isLanguage } from "#lib/messages/languages.ts";
import { LANGUAGE_COOKIE, PREFERENCE_COOKIE, readLanguage, readTheme, THEME_COOKIE } from "#lib/preferences.ts";
import { SESSION_COOKIE } from "#lib/session.ts";

const HEADERS = {
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
};

/** Settles the visitor's language (on the public site, that of the address) and theme before anything is drawn, and guards every page in the same way. */
export const handle: Handle = async ({ event, resolve }) => {
  if (isForged(event.request)) return new Response("This form was sent from another site.", { status: 403 });

  const { cookies, locals, request } = event;
  if (!cookies.get(LANGUAGE_COOKIE) && cookies.get(SESSION_COOKIE)) await rememberAgentsLanguage(event);
  const [, first] = event.url.pathname.split("/", 2);
  locals.language = isLanguage(first)
    ? first
    : readLanguage(cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"));
  locals.theme = readTheme(cookies.get(THEME_COOKIE));

  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace("%language%", locals.language).replace("%theme%", locals.theme),
    preload: (file) => (file.type === "font" ? /latin-wght/.test(file.filename) : file.type !== "asset"),
  });
  for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "private, no-cache");
  return response;
};

/** What tells the API who asks, from which page, and how the visitor reached us. */
const PASSED_ON = [
  "cookie",
  "host",
  "origin",
  "sec-fetch-site",
  "user-agent",
  "x-forwarded-proto",
  "x-permanence-client",
];

/** Hands requests for the API to the one that runs in this process, with the visitor's own cookie and origin, so that
 *  permission is checked there and nowhere else. Alone (`vite dev`), they go to PERMANENCE_API_URL. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const url = new URL(request.url);
  if (url.origin !== event.url.origin || !url.pathname.startsWith("/api/")) return fetch(request);

  const headers = new Headers(request.headers);
  for (const name of PASSED_ON) {
    const value = event.request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return (inProcessApi() ?? overTheNetwork)(new Request(request, { headers }));
};

type Api = (request: Request) => Promise<Response>;

function inProcessApi(): Api | undefined {
  return (globalThis as { [key: symbol]: Api | undefined })[Symbol.for("permanence.api")];
}

function overTheNetwork(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const url = new URL(pathname + search, process.env.PERMANENCE_API_URL ?? "http://127.0.0.1:8080");
  const headers = new Headers(request.headers);
  headers.delete("host");
  if (headers.has("origin")) headers.set("origin", url.origin); // The API asks for its own host.
  return globalThis.fetch(new Request(url, new Request(request, { headers })));
}

async function rememberAgentsLanguage({ fetch, cookies }: Parameters<Handle>[0]["event"]) {
  const me = await call<Me>(fetch, "/me");
  if (me.ok && isLanguage(me.value.agent.language)) {
    cookies.set(LANGUAGE_COOKIE, me.value.agent.language, PREFERENCE_COOKIE);
  }
}

/** The words of an error that we did not foresee stay in the log: they may name what a stranger must not know. */
export const handleError: HandleServerError = ({ kind, error }) => {
  if (kind === "unknown") console.error(error);
};
