import { once } from "node:events";
import { createServer } from "node:http";

export type GotPage = { atMs: number; kind: string; number: number | null; acknowledgeUrl: string };

/** Takes pages as an SMS gateway would, and tells when each came. */
export async function startPageGateway(onPage: (page: GotPage) => void) {
  const server = createServer((request, response) => {
    const atMs = performance.now();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      response.writeHead(204).end();
      const { data } = JSON.parse(Buffer.concat(chunks).toString()) as {
        data: { kind: string; ticket: { number: number } | null; acknowledgeUrl: string };
      };
      onPage({ atMs, kind: data.kind, number: data.ticket?.number ?? null, acknowledgeUrl: data.acknowledgeUrl });
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/pages`, close: () => server.close() };
}
