import { call, query } from "#lib/api/call.ts";
import type { SimilarSuggestion } from "#lib/api/suggestion-types.ts";

// Offers, while somebody types a title, suggestions that are likely the same. Without it, the form's second step does.

const PAUSE_MS = 300;
const LEAST_LETTERS = 4;

class SimilarSuggestions extends HTMLElement {
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  connectedCallback(): void {
    this.setAttribute("aria-live", "polite");
    const title = this.closest("form")?.querySelector<HTMLInputElement>("[name=title]");
    title?.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => void this.#offer(title.value.trim()), PAUSE_MS);
    });
    if (title?.value) void this.#offer(title.value.trim());
  }

  async #offer(text: string): Promise<void> {
    const turn = ++this.#asked; // An answer that comes late must not replace a later one.
    const items = text.length < LEAST_LETTERS ? [] : await this.#find(text);
    if (turn !== this.#asked) return;
    this.querySelector("ul")?.replaceChildren(...items.map((item) => this.#line(item)));
    this.hidden = items.length === 0;
  }

  /** What is offered is a help, and never in the way: where nothing can be asked, nothing is offered. */
  async #find(text: string): Promise<SimilarSuggestion[]> {
    const { desk = "", language } = this.dataset;
    const path = `/desks/${encodeURIComponent(desk)}/similar-suggestions${query({ text, language })}`;
    const found = await call<{ items: SimilarSuggestion[] }>(fetch, path);
    return found.ok ? found.value.items : [];
  }

  #line({ id, title, language }: SimilarSuggestion): HTMLLIElement {
    const link = document.createElement("a");
    link.href = `${this.dataset.home}/${id}`;
    link.textContent = title;
    link.lang = language;
    link.target = "_blank"; // What is typed stays.
    link.rel = "noopener";
    const line = document.createElement("li");
    line.append(link);
    return line;
  }
}

customElements.define("similar-suggestions", SimilarSuggestions);
