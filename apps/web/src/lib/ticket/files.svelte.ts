import type { Problem } from "#lib/api/types.ts";
import type { Upload } from "#lib/api/writing-types.ts";
import { handOver } from "#lib/ticket/uploading.ts";

/** A file on its way to the service. */
export type Pending = { name: string; percent: number; stop(): void };

const MOST_BYTES = 25_000_000;

/** Files that are being handed over, and why some were not. */
export class Files {
  pending: Pending[] = $state([]);
  failed: { name: string; problem: Problem }[] = $state([]);

  /** @param keptBytes what the message has already
   *  @param arrived hears of each file that the service has */
  async add(files: File[], keptBytes: number, arrived: (file: Upload) => void): Promise<void> {
    this.failed = [];
    let bytes = keptBytes;
    for (const file of files) {
      bytes += file.size;
      if (file.size === 0) this.#fail(file.name, { status: 422, title: "Empty file" });
      else if (bytes > MOST_BYTES) this.#fail(file.name, { status: 413, title: "Too large" });
      else await this.#send(file, arrived);
    }
  }

  async #send(file: File, arrived: (file: Upload) => void): Promise<void> {
    const sending = handOver(file, (percent) => (pending.percent = percent));
    let isStopped = false;
    const stop = () => {
      isStopped = true;
      sending.stop();
    };
    const pending: Pending = $state({ name: file.name, percent: 0, stop });
    this.pending.push(pending);
    const answer = await sending.done;
    this.pending = this.pending.filter((other) => other.stop !== stop);
    if (isStopped) return;
    if ("id" in answer) arrived(answer);
    else this.#fail(file.name, answer);
  }

  #fail(name: string, problem: Problem): void {
    this.failed.push({ name, problem });
  }
}
