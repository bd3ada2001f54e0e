import { call } from "#lib/api/call.ts";
import type { DraftContent, DraftPlace, KeptDraft, Upload, Writing } from "#lib/api/writing-types.ts";
import { forgetLocally, keepLocally, newKey, readLocally } from "#lib/ticket/draft.ts";

const PAUSE_MS = 800;
const AGAIN_MS = 10_000;

export type Status = "" | "saving" | "kept" | "offline" | "ended" | "elsewhere";

function emptyContent(): DraftContent {
  const nobody = { to: [], cc: [], bcc: [] };
  return { text: "", format: "plain", ...nobody, subject: "", state: "waiting", uploads: [], mentions: [] };
}

/** What an agent writes on one ticket: kept by the service a moment after each change, and in this browser for as long as
 *  the service does not have it. */
export class Drafting {
  place: DraftPlace = $state("agent");
  content: DraftContent = $state(emptyContent());
  files: Upload[] = $state([]);
  status: Status = $state("");
  problem: string | null = $state(null);
  /** Names the message, however often it is sent. */
  key = $state("");
  version = $state(0);
  /** Grows when another text has taken the place of this one. */
  replaced = $state(0);

  readonly #ticketId: string;
  #drafts: KeptDraft[];
  #isDirty = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  #isHeld = false;

  constructor(ticketId: string, { items }: Pick<Writing, "items">, place: DraftPlace, key: string) {
    this.#ticketId = ticketId;
    this.#drafts = items;
    this.place = place;
    this.key = key;
    this.#show(items.find((draft) => draft.place === place) ?? null);
  }

  /** Takes up what this browser kept and the service does not have. */
  resume(): void {
    const kept = readLocally(this.#ticketId, this.place);
    if (kept === null || (kept.text === "" && kept.uploads.length === 0)) return;
    this.content = { ...emptyContent(), ...kept };
    this.replaced++;
    this.changed();
  }

  get isBusy(): boolean {
    return this.#saving !== null;
  }

  /** Whether what stands there is only here. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  changed(): void {
    this.#isDirty = true;
    keepLocally(this.#ticketId, this.place, $state.snapshot(this.content));
    this.#later(PAUSE_MS);
  }

  /** While it is being sent, nothing of it is saved: sending keeps it. */
  hold(): void {
    this.#isHeld = true;
    clearTimeout(this.#timer);
  }

  release(): void {
    this.#isHeld = false;
    if (this.#isDirty) this.#later(PAUSE_MS);
  }

  /** Saves now what is not saved. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isHeld || !this.#isDirty || this.status === "elsewhere") return;
    await this.#saving;
    this.#saving = this.#save();
    await this.#saving;
    this.#saving = null;
  }

  /** Goes to another place of the same ticket. */
  async go(place: DraftPlace): Promise<void> {
    if (place === this.place) return;
    await this.flush();
    this.place = place;
    this.key = newKey();
    this.#show(this.#drafts.find((draft) => draft.place === place) ?? null);
    this.resume();
  }

  /** It was sent: its place is empty again. */
  sent(): void {
    clearTimeout(this.#timer);
    this.#isDirty = false;
    forgetLocally(this.#ticketId, this.place);
    this.#drafts = this.#drafts.filter((draft) => draft.place !== this.place);
    this.key = newKey();
    const { state } = this.content;
    this.#show(null);
    this.content.state = state;
  }

  /** What the service says stands there now: taken where nothing of it was changed here. */
  learn(drafts: KeptDraft[]): void {
    this.#drafts = drafts;
    if (this.#isDirty || this.#saving !== null || this.status === "elsewhere") return;
    const draft = drafts.find((each) => each.place === this.place) ?? null;
    if ((draft?.version ?? 0) === this.version) return;
    if (draft !== null) this.#show(draft);
  }

  /** Settles which of two windows' texts is the one. */
  async settle(mine: boolean): Promise<void> {
    const found = await call<Writing>(fetch, `/tickets/${this.#ticketId}/drafts`);
    if (!found.ok) return;
    this.#drafts = found.value.items;
    const other = this.#drafts.find((draft) => draft.place === this.place) ?? null;
    this.status = "";
    if (!mine) {
      this.#isDirty = false;
      forgetLocally(this.#ticketId, this.place);
      return this.#show(other);
    }
    this.version = other?.version ?? 0;
    await this.flush();
  }

  close(): void {
    void this.flush();
  }

  #later(pauseMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pauseMs);
  }

  #show(draft: KeptDraft | null): void {
    this.content = draft === null ? emptyContent() : { ...emptyContent(), ...draft.content };
    this.files = draft?.files ?? [];
    this.version = draft?.version ?? 0;
    this.problem = draft?.problem ?? null;
    this.status = draft === null ? "" : "kept";
    this.replaced++;
  }

  async #save(): Promise<void> {
    const [place, key, body] = [this.place, this.key, $state.snapshot(this.content)];
    this.status = "saving";
    this.#isDirty = false;
    const path = `/tickets/${this.#ticketId}/drafts/${encodeURIComponent(place)}`;
    const headers = { "if-match": `"${this.version}"` };
    const answer = await call<KeptDraft>(fetch, path, { method: "PUT", body, headers });
    if (place !== this.place || key !== this.key) return; // It was sent meanwhile, or another is shown.
    if (answer.ok) {
      this.version = answer.value.version;
      this.#drafts = [...this.#drafts.filter((draft) => draft.place !== place), answer.value];
      this.problem = null;
      this.status = answer.value.version === 0 ? "" : "kept";
      if (!this.#isDirty) forgetLocally(this.#ticketId, place);
      return;
    }
    const { status } = answer.problem;
    this.#isDirty = true;
    if (this.#isHeld) return;
    if (status === 412) this.status = "elsewhere";
    else if (status === 401) this.status = "ended";
    else this.status = "offline";
    if (status !== 412) this.#later(AGAIN_MS);
  }
}
