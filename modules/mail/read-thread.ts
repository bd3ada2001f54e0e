import { parentPort } from "node:worker_threads";
import { readMail } from "./read-core.ts";
import type { ReadingChoice, ReadMail } from "./read-mail.ts";
import type { ThreadAnswer } from "./read-pool.ts";

// What runs on the reading thread: one mail at a time, its answer's bytes handed over and not copied.
parentPort!.on("message", ({ bytes, choice }: { bytes: Uint8Array; choice: ReadingChoice }) => {
  const result = readMail(bytes, choice);
  const answer: ThreadAnswer = { result };
  parentPort!.postMessage(answer, "unreadable" in result ? [] : detachAttachments(result));
});

parentPort!.postMessage("ready", []);

/** Gives the attachments' bytes one buffer of their own, and returns it: what they are views on may not be moved. */
function detachAttachments({ attachments }: ReadMail): ArrayBuffer[] {
  if (attachments.length === 0) return [];
  const all = new Uint8Array(attachments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  let at = 0;
  for (const attachment of attachments) {
    all.set(attachment.bytes, at);
    attachment.bytes = all.subarray(at, (at += attachment.sizeBytes));
  }
  return [all.buffer];
}
