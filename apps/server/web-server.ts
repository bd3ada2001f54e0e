import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { existsSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import compression from "compression";
import { tellClient } from "./client-address.ts";
import { Refusal } from "./refusal.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, next?: () => void) => void;
/** How the pages reach the API: in this process, with the visitor's own cookie. */
type Api = (request: Request) => Response | Promise<Response>;

const PAGES = new URL("../web/build/handler.js", import.meta.url);

export type WebServer = { port: number; close(): Promise<void> };

/** Listens on one port for both: the API under /api, the pages elsewhere. */
export async function startWebServer({
  host,
  port,
  api,
}: {
  host: string;
  port: number;
  api: Api;
}): Promise<WebServer> {
  const pages = await loadPages(api);
  const answerApi = getRequestListener((request) => api(request), { overrideGlobalObjects: false });
  const compress = compression({ threshold: 1024, filter: isWhole });
  const server = createServer((request, response) => {
    tellClient(request);
    compress(request as never, response as never, () => {
      if (request.url?.startsWith("/api/")) void answerApi(request, response);
      else pages(request, response, () => notFound(response));
    });
  });
  await listenOn(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closeServer(server),
  };
}

const WHOLE = /^(text\/(html|css|javascript)|application\/(json|problem\+json|javascript))/;

/** What comes bit by bit (live events) must not wait in a compressor for more. */
function isWhole(_request: unknown, response: { getHeader(name: string): unknown }): boolean {
  const type = response.getHeader("content-type");
  return typeof type === "string" && WHOLE.test(type);
}

/** A proof with its mails; larger ones go through the command line or the API. */
const MOST_IN_A_FORM = "30M";

async function loadPages(api: Api): Promise<Handler> {
  if (!existsSync(PAGES)) throw new Refusal("The pages are not built yet. Run: npm run build");
  (globalThis as Record<symbol, unknown>)[Symbol.for("permanence.api")] = api;
  process.env["BODY_SIZE_LIMIT"] ??= MOST_IN_A_FORM; // adapter-node asks for it when it is loaded.
  const { handler } = (await import(PAGES.href)) as { handler: Handler };
  return handler;
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
}

/** Answers what is under way; open event streams would never end by themselves. */
async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 1_000).unref();
  await closed;
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
}
