import { createRoute, z } from "@hono/zod-openapi";
import { readBlob } from "@permanence/database";
import { type ApiContext, apiRouter, json, problem, problems } from "@permanence/people";
import { actorOf } from "./agent-actions.ts";
import { attachmentHeaders } from "./mail-content.ts";
import { MOST_UPLOAD_BYTES, receiveUpload, type UploadRefusal } from "./upload.ts";
import { discardUploads, findUploads, type UploadRow } from "./upload-store.ts";

const tags = ["Writing"];
const Id = z.object({ id: z.uuid() });

export const UploadView = z
  .object({ id: z.uuid(), name: z.string(), type: z.string(), sizeBytes: z.number(), url: z.string() })
  .openapi("Upload");

export const UploadQuery = z.object({
  name: z.string().min(1).max(1_000).openapi({ description: "The file's name", example: "plan.pdf" }),
});
/** A file's bytes, as the body of a request. */
export const FileBody = {
  required: true,
  content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
} as const;

const receiveRoute = createRoute({
  ...{ method: "post", path: "/uploads", tags, summary: "Hand over a file, to become part of a message" },
  description:
    "The body is the file, of 25 MB at most, under its own Content-Type. What is in no draft after 48 hours is deleted.",
  request: { query: UploadQuery, body: FileBody },
  responses: { 201: json(UploadView, "It is kept."), ...problems(400, 413, 422, 429, 503) },
});
const readRoute = createRoute({
  ...{ method: "get", path: "/uploads/{id}", tags, summary: "The bytes of a file of your own" },
  request: { params: Id },
  responses: {
    200: { description: "The bytes.", content: { "application/octet-stream": { schema: z.string() } } },
    ...problems(404),
  },
});
const discardRoute = createRoute({
  ...{ method: "delete", path: "/uploads/{id}", tags, summary: "Throw a file of your own away" },
  request: { params: Id },
  responses: { 204: { description: "It is gone." }, ...problems(404) },
});

/** What an agent may have lying about beside what is in drafts: several messages are written at a time. */
const ROOM_BYTES = 4 * MOST_UPLOAD_BYTES;

/** Files that agents hand over, before they are part of a message. */
export function uploadRoutes() {
  const routes = apiRouter();

  routes.openapi(receiveRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const { name } = c.req.valid("query");
    const place = { db: c.get("db"), world: c.get("world") };
    const file = { ...bodyOf(c), owner: actorOf(agent), name, roomBytes: ROOM_BYTES };
    const received = await receiveUpload(place, deskId, file);
    if ("refused" in received) return refuseUpload(c, received.refused);
    return c.json(uploadView(received), 201);
  });

  routes.openapi(readRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const [row] = await findUploads(tx, deskId, actorOf(agent), [c.req.valid("param").id]);
      const bytes = row ? await readBlob(tx, deskId, row.sha256) : null;
      return row && bytes && { row, bytes };
    });
    if (!found) return noSuchUpload(c);
    return c.body(new Uint8Array(found.bytes), 200, attachmentHeaders(found.row, true));
  });

  routes.openapi(discardRoute, async (c) => {
    const { deskId, agent } = c.get("session");
    const found = await c.get("db").transaction(deskId, async (tx) => {
      const rows = await findUploads(tx, deskId, actorOf(agent), [c.req.valid("param").id]);
      await discardUploads(tx, deskId, rows, c.get("world").clock.now());
      return rows.length > 0;
    });
    return found ? c.body(null, 204) : noSuchUpload(c);
  });

  return routes;
}

/** The file that a request's body is. */
export function bodyOf(c: ApiContext) {
  const length = c.req.header("content-length");
  return {
    type: c.req.header("content-type") ?? "",
    body: c.req.raw.body as AsyncIterable<Uint8Array> | null,
    announcedBytes: length === undefined ? null : Number(length),
  };
}

export function uploadView(row: UploadRow): z.infer<typeof UploadView> {
  const { upload_id: id, name, type, size_bytes: sizeBytes } = row;
  return { id, name, type, sizeBytes, url: `/api/v1/uploads/${id}` };
}

const REFUSALS = {
  empty: [422, "Empty file", "The file has 0 bytes. Nothing was kept: choose it again once it has contents."],
  "too-large": [413, "Too large", "The files of a message have 25 MB together at most. Nothing was kept of this one."],
  program: [
    422,
    "A program",
    "The file is a program, or starts one: mail providers refuse these, and so do we. Nothing was kept.",
  ],
  "broken-off": [400, "Broken off", "The file did not arrive whole. Nothing was kept of it: hand it over again."],
  "no-room": [
    429,
    "Too many files",
    "Too many files were handed over that are in no message yet. Nothing was kept of this one: send or remove others first.",
  ],
  busy: [503, "Too many at once", "Too many files arrive at this moment. Nothing was kept: try again in a minute."],
} as const satisfies Record<UploadRefusal, readonly [400 | 413 | 422 | 429 | 503, string, string]>;

/** The sentence that says why a file was not kept. */
export function refuseUpload<R extends UploadRefusal>(c: ApiContext, refused: R) {
  const [status, title, detail] = REFUSALS[refused];
  return problem(c, status as (typeof REFUSALS)[R][0], title, detail);
}

function noSuchUpload(c: ApiContext) {
  return problem(c, 404, "Not found", "You have handed over no such file, or it was deleted since.");
}
