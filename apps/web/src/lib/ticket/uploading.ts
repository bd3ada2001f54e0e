import type { Problem } from "#lib/api/types.ts";
import type { Upload } from "#lib/api/writing-types.ts";

/** Hands a file over; `told` hears how far it is, in per cent. Broken off, it leaves nothing. */
export function handOver(
  file: File,
  told: (percent: number) => void,
): { done: Promise<Upload | Problem>; stop(): void } {
  const request = new XMLHttpRequest(); // fetch() does not tell how far it is.
  const done = new Promise<Upload | Problem>((resolve) => {
    const broken = () => resolve({ status: 0, title: "" });
    request.upload.addEventListener("progress", ({ loaded, total }) => told(Math.floor((100 * loaded) / total)));
    request.addEventListener("load", () => resolve(answerOf(request)));
    request.addEventListener("error", broken);
    request.addEventListener("abort", broken);
    request.open("POST", `/api/v1/uploads?name=${encodeURIComponent(file.name || "image.png")}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}

function answerOf({ status, responseText }: XMLHttpRequest): Upload | Problem {
  try {
    const said = JSON.parse(responseText) as Upload | Problem;
    return status === 201 ? said : { title: "", ...said, status };
  } catch {
    return { status, title: "" };
  }
}
