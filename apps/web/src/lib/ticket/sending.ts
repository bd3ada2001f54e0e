import { call, query, type Answer } from "#lib/api/call.ts";
import type { Problem } from "#lib/api/types.ts";
import type { DraftContent, Sending, Upload } from "#lib/api/writing-types.ts";

type Asking = { fetch: typeof globalThis.fetch };

/** Sends what a form holds: as the page's script wrote it down, or as its plain fields say. */
export async function send({ fetch }: Asking, form: FormData, path: string): Promise<Answer<Sending>> {
  const written = form.get("content");
  const content = typeof written === "string" ? JSON.parse(written) : await contentOf(fetch, form);
  if ("problem" in content) return content;
  const kind = typeof written === "string" ? form.get("place") : null;
  const place = encodeURIComponent(String(kind ?? form.get("kind") ?? "agent"));
  const version = form.get("version");
  const headers = {
    "idempotency-key": String(form.get("key") ?? ""),
    ...(typeof version === "string" && version !== "" && { "if-match": `"${version}"` }),
  };
  // What the writer saw; whoever saw what was added since sends it anyway.
  const seen = form.has("anyway") ? null : String(form.get("seen") ?? "");
  return call<Sending>(fetch, `${path}/drafts/${place}/sending${query({ seen })}`, {
    method: "POST",
    body: content,
    headers,
  });
}

async function contentOf(
  fetch: Asking["fetch"],
  form: FormData,
): Promise<Partial<DraftContent> | { ok: false; problem: Problem }> {
  const text = (name: string) => String(form.get(name) ?? "");
  const addresses = (name: string) =>
    text(name)
      .split(/[,;]+/)
      .flatMap((part) => part.trim() || []);
  const uploads: string[] = [];
  for (const file of form.getAll("files")) {
    if (!(file instanceof File) || file.name === "") continue;
    const kept = await handOver(fetch, file);
    if (!kept.ok) return kept;
    uploads.push(kept.value.id);
  }
  const state = text("state") || "waiting";
  return {
    ...{
      text: text("text"),
      format: "plain",
      subject: text("subject"),
      state: state as DraftContent["state"],
      uploads,
    },
    ...{ to: addresses("to"), cc: addresses("cc"), bcc: addresses("bcc") },
  };
}

async function handOver(fetch: Asking["fetch"], file: File): Promise<Answer<Upload>> {
  const response = await fetch(`/api/v1/uploads?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "content-type": file.type || "application/octet-stream" },
    body: await file.arrayBuffer(),
  });
  const said = await response.json().catch(() => ({}));
  if (response.status === 201) return { ok: true, value: said as Upload };
  return { ok: false, problem: { title: response.statusText, ...(said as object), status: response.status } };
}
