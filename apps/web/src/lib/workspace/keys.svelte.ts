import type { Attachment } from "svelte/attachments";
import { call } from "#lib/api/call.ts";
import type { KeyChoices } from "#lib/api/agent-day-types.ts";

/** Single-key shortcuts: whatever carries `keys.press("x")` is clicked by x, and says so in its tooltip and to
 *  assistive technology. Each is called by its usual key; an agent may have chosen another, or switched all of them off
 *  (WCAG 2.1.4). The choice is kept on the server. */
export class Keys {
  enabled: boolean = $state(true);

  #chosen: Record<string, string> = $state.raw({});
  #actions = new Map<string, (event: KeyboardEvent) => void>();
  #describe: (label: string, key: string) => string;

  /** @param describe the tooltip of something that a key presses, from its label and the key. */
  constructor(choices: KeyChoices, describe: (label: string, key: string) => string) {
    this.#describe = describe;
    this.take(choices);
  }

  /** What the agent chose, read again. */
  take({ enabled, keys }: KeyChoices): void {
    this.enabled = enabled;
    this.#chosen = keys;
  }

  /** Listens on the whole page, until the returned function is called. */
  start(): () => void {
    const listen = (event: KeyboardEvent) => this.#hear(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }

  async enable(on: boolean): Promise<void> {
    this.enabled = on;
    const body: KeyChoices = { enabled: on, keys: this.#chosen };
    const answer = await call<KeyChoices>(fetch, "/me/keys", { method: "PUT", body });
    if (!answer.ok) this.enabled = !on;
  }

  /** The key that stands for the usual one. */
  of(usual: string): string {
    return this.#chosen[usual] ?? usual;
  }

  on(usual: string, action: (event: KeyboardEvent) => void): () => void {
    this.#actions.set(usual, action);
    return () => {
      if (this.#actions.get(usual) === action) this.#actions.delete(usual);
    };
  }

  /** For an element that the key presses (or goes into, where it is a field). */
  press(usual: string): Attachment<HTMLElement> {
    return (element) => {
      if (!this.enabled) return;
      const label = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
      element.setAttribute("aria-keyshortcuts", this.of(usual));
      element.title = this.#describe(label, this.of(usual));
      const forget = this.on(usual, () => (isField(element) ? element.focus() : element.click()));
      return () => {
        forget();
        element.removeAttribute("aria-keyshortcuts");
        element.removeAttribute("title");
      };
    };
  }

  #hear(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const isEscape = event.key === "Escape";
    if (!isEscape && (!this.enabled || isField(event.target))) return;
    const usual = this.#usualOf(event.key);
    if (event.repeat && usual !== "j" && usual !== "k") return;
    if (document.querySelector("dialog[open], :popover-open")) return;

    const action = this.#actions.get(usual);
    if (!action) return;
    event.preventDefault();
    action(event);
  }

  #usualOf(pressed: string): string {
    const usual = Object.entries(this.#chosen).find(([, key]) => key === pressed)?.[0];
    if (usual !== undefined) return usual;
    return this.#chosen[pressed] === undefined ? pressed : ""; // Its usual act has another key now.
  }
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
