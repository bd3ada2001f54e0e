import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import { IsoText } from "@permanence/people";
import { DraftContent } from "./draft-content.ts";
import type { DraftRow } from "./draft-store.ts";
import type { UploadRow } from "./upload-store.ts";
import { UploadView, uploadView } from "./upload-routes.ts";

export const DraftView = z
  .object({
    place: z.string(),
    content: DraftContent,
    files: z.array(UploadView),
    version: z.number().openapi({ description: "0: nothing is kept" }),
    savedAt: IsoText.nullable(),
    problem: z.string().nullable().openapi({ description: "Why it could not be sent when its time had come" }),
  })
  .openapi("Draft");

export const SendingView = z
  .object({
    messageId: z.string(),
    place: z.string(),
    state: z.enum(["sending", "sent"]),
    sendAt: IsoText.nullable().openapi({ description: "Until then it can be taken back; null once it is sent" }),
    text: z.string(),
  })
  .openapi("Sending");

export function draftView(row: DraftRow, uploads: UploadRow[]): z.infer<typeof DraftView> {
  const { place, content, version, saved_at, problem } = row;
  const files = content.uploads.flatMap((id) => uploads.find(({ upload_id }) => upload_id === id) ?? []);
  return { place, content, files: files.map(uploadView), version, savedAt: toIso(saved_at), problem };
}

export function noDraft(place: string): z.infer<typeof DraftView> {
  return { place, content: DraftContent.parse({}), files: [], version: 0, savedAt: null, problem: null };
}

export function sendingView({ message_id, place, send_at, letter }: DraftRow): z.infer<typeof SendingView> {
  const text = letter?.text ?? "";
  return { messageId: message_id!, place, state: "sending", sendAt: send_at && toIso(send_at), text };
}
