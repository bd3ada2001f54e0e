import { call, query } from "#lib/api/call.ts";
import type { Upload } from "#lib/api/portal-types.ts";
import type { Problem } from "#lib/api/types.ts";
import { wrongOf } from "#lib/site/portal-visit.ts";

type Fetch = typeof globalThis.fetch;

/** What a customer wrote, as the form gives it. */
export type Filled = {
  text: string;
  version: string;
  /** Handed over before, and still wanted. */
  kept: Upload[];
  /** Handed over before, and not wanted any more. */
  dropped: Upload[];
  files: File[];
};

export function readReply(form: FormData): Filled {
  const had = uploadsIn(form.getAll("had"));
  const kept = uploadsIn(form.getAll("kept")).map(({ id }) => id);
  const files = form.getAll("files").filter((file): file is File => file instanceof File);
  return {
    ...{ text: textIn(form, "text"), version: textIn(form, "version") },
    kept: had.filter(({ id }) => kept.includes(id)),
    dropped: had.filter(({ id }) => !kept.includes(id)),
    files: files.filter(({ name, size }) => name !== "" || size > 0), // Nothing chosen is sent as a file without a name.
  };
}

export type RefusedFile = { name: string; wrong: ReturnType<typeof wrongOf> };

/** Hands the chosen files over. Those that are taken need not be chosen again, whatever becomes of the others. */
export async function handOver(fetch: Fetch, { kept, dropped, files }: Filled) {
  for (const { id } of dropped) await call(fetch, `/my/uploads/${encodeURIComponent(id)}`, { method: "DELETE" });
  const taken = [...kept];
  const refused: RefusedFile[] = [];
  for (const file of files) {
    const answer = await upload(fetch, file);
    if (answer.ok) taken.push(answer.value);
    else refused.push({ name: file.name, wrong: wrongOf(answer.problem) });
  }
  return { taken, refused };
}

async function upload(
  fetch: Fetch,
  file: File,
): Promise<{ ok: true; value: Upload } | { ok: false; problem: Problem }> {
  try {
    const response = await fetch(`/api/v1/my/uploads${query({ name: file.name || "file" })}`, {
      method: "POST",
      headers: { "content-type": file.type || "application/octet-stream" },
      body: await file.arrayBuffer(),
    });
    const said = (await response.json()) as Upload & { title?: string };
    if (response.ok) return { ok: true, value: said };
    return { ok: false, problem: { status: response.status, title: said.title ?? "" } };
  } catch {
    return { ok: false, problem: { status: 0, title: "" } };
  }
}

/** The same words at the same version of a ticket are one message, also from a page that was loaded again. */
export function replyKey(number: string, version: string): string {
  return `portal reply to ${number} at ${version}`;
}

/** How a form carries a file that was handed over already. */
export function uploadField({ id, sizeBytes, name }: Upload): string {
  return `${id} ${sizeBytes} ${name}`;
}

function uploadsIn(fields: FormDataEntryValue[]): Upload[] {
  return fields.flatMap((field) => {
    const [, id, sizeBytes, name] = (typeof field === "string" && /^([\w-]+) (\d+) (.*)$/.exec(field)) || [];
    return id === undefined ? [] : [{ id, sizeBytes: Number(sizeBytes), name: name ?? "" }];
  });
}

function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : "";
}
