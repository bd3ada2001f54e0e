// Offers, while somebody types a title, suggestions that are likely the same. Without it, the form's second step does.

const PAUSE_MS = 300;
const LEAST_LETTERS = 4;

class SimilarSuggestions extends HTMLElement {
  #waiting = 0;
  #asked = 0;

  connectedCallback() {
    this.setAttribute("aria-live", "polite");
    const title = this.closest("form")?.elements.namedItem("title");
    title?.addEventListener("input", () => {
      clearTimeout(this.#waiting);
      this.#waiting = setTimeout(() => this.#offer(title.value.trim()), PAUSE_MS);
    });
    if (title?.value) this.#offer(title.value.trim());
  }

  async #offer(text) {
    const turn = ++this.#asked; // An answer that comes late must not replace a later one.
    const items = text.length < LEAST_LETTERS ? [] : await this.#find(text);
    if (turn !== this.#asked) return;
    this.querySelector("ul")?.replaceChildren(...items.map((item) => this.#line(item)));
    this.hidden = items.length === 0;
  }

  async #find(text) {
    const { desk, language } = this.dataset;
    const query = new URLSearchParams({ text, language });
    try {
      const response = await fetch(`/api/v1/desks/${encodeURIComponent(desk)}/similar-suggestions?${query}`);
      return response.ok ? (await response.json()).items : [];
    } catch {
      return []; // What is offered is a help, and never in the way.
    }
  }

  #line({ id, title, language }) {
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
