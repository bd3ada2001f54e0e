import type { Attachment } from "svelte/attachments";

/** Single-key shortcuts: whatever carries `keys.press("x")` is clicked by x, and says so in its tooltip and to
 *  assistive technology. They can be switched off (WCAG 2.1.4); the choice stays in this browser, for this agent. */
export class Keys {
  enabled: boolean = $state(true);

  #actions = new Map<string, (event: KeyboardEvent) => void>();
  #storageKey: string;

  #describe: (label: string, key: string) => string;

  /** @param describe the tooltip of something that a key presses, from its label and the key. */
  constructor(agentId: string, describe: (label: string, key: string) => string) {
    this.#storageKey = `keys-off:${agentId}`;
    this.#describe = describe;
  }

  /** Listens on the whole page, until the returned function is called. */
  start(): () => void {
    this.enabled = localStorage.getItem(this.#storageKey) === null;
    const listen = (event: KeyboardEvent) => this.#hear(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }

  enable(on: boolean): void {
    this.enabled = on;
    if (on) localStorage.removeItem(this.#storageKey);
    else localStorage.setItem(this.#storageKey, "off");
  }

  on(key: string, action: (event: KeyboardEvent) => void): () => void {
    this.#actions.set(key, action);
    return () => {
      if (this.#actions.get(key) === action) this.#actions.delete(key);
    };
  }

  /** For an element that the key presses (or goes into, where it is a field). */
  press(key: string): Attachment<HTMLElement> {
    return (element) => {
      if (!this.enabled) return;
      const label = element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
      element.setAttribute("aria-keyshortcuts", key);
      element.title = this.#describe(label, key);
      const forget = this.on(key, () => (isField(element) ? element.focus() : element.click()));
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
    if (event.repeat && event.key !== "j" && event.key !== "k") return;
    if (document.querySelector("dialog[open], :popover-open")) return;

    const action = this.#actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    action(event);
  }
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}
