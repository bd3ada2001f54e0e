import { FIELDS, priorityOf, readFilled, requestOf } from "#lib/site/request-form.ts";
import type { FormQuestions, RequestReceipt } from "#lib/api/site-types.ts";

// What the form does beside what HTML does alone: it keeps a draft in the browser, shows the promise while one answers, and
// sends again by itself, once only, when the connection was away. Without it the form works in two steps.

const DRAFT = "permanence-request-draft";
const AGAIN_MS = 5_000;

const form = document.querySelector<HTMLFormElement>("form[data-request]");
if (form) enhance(form);

function enhance(form: HTMLFormElement): void {
  const { table, desk, lang } = form.dataset as { table: string; desk: string; lang: string };
  const answers = JSON.parse(table) as FormQuestions["table"];
  const filled = () => readFilled(new FormData(form));
  restore(form);
  const show = () => showPromise(form, priorityOf(answers, filled()));
  form.addEventListener("input", () => (keep(filled()), show()));
  form.addEventListener("change", show);
  form.querySelector<HTMLElement>("[data-step=check]")!.hidden = true;
  form.querySelector<HTMLElement>("[data-step=send]")!.hidden = false;
  form.addEventListener("submit", (event) => {
    if ((event.submitter as HTMLButtonElement | null)?.dataset["step"] !== "send") return;
    event.preventDefault();
    if (form.reportValidity()) void send();
  });
  show();

  let isSending = false;

  async function send(): Promise<void> {
    if (isSending) return;
    isSending = true;
    say("sending");
    keep(filled());
    try {
      const body = requestOf(filled(), lang);
      const response = await fetch(`/api/v1/desks/${encodeURIComponent(desk)}/requests`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": filled().key },
        body: JSON.stringify(body),
      });
      if (response.ok) return leave((await response.json()) as RequestReceipt);
      if (response.status === 409) return ask();
      if (response.status < 500) return form.requestSubmit(form.querySelector<HTMLElement>("[data-step=plain]")!);
      throw new Error(response.statusText);
    } catch {
      say("offline");
      setTimeout(() => void send(), AGAIN_MS);
    } finally {
      isSending = false;
    }
  }

  /** The key of this browser's draft goes with it, so that whatever is sent next is another request. */
  function leave({ number, signature, shown }: RequestReceipt): void {
    localStorage.removeItem(DRAFT);
    location.assign(`/${lang}/requests/${number}/${signature}?shown=${shown}`);
  }

  function ask(): void {
    say("changed");
    const button = form.querySelector<HTMLButtonElement>("[data-another]")!;
    button.hidden = false;
    const again = async () => {
      const response = await fetch(`/api/v1/desks/${encodeURIComponent(desk)}/form?language=${lang}`);
      const { key } = (await response.json()) as FormQuestions;
      form.querySelector<HTMLInputElement>("[name=key]")!.value = key;
      button.hidden = true;
      await send();
    };
    button.addEventListener("click", () => void again(), { once: true });
  }

  function say(what: "sending" | "offline" | "changed"): void {
    for (const line of form.querySelectorAll<HTMLElement>("[data-say]")) line.hidden = line.dataset["say"] !== what;
  }
}

function keep(filled: Record<string, string>): void {
  const { website: _website, ...draft } = filled;
  try {
    localStorage.setItem(DRAFT, JSON.stringify(draft));
  } catch {
    // A browser that keeps nothing: the form works, without a draft.
  }
}

/** What the server gave back (after a mistake) is newer than the draft. */
function restore(form: HTMLFormElement): void {
  if (form.dataset["fresh"] !== "true") return;
  const draft = readDraft();
  if (draft === null) return;
  for (const name of FIELDS) {
    const value = draft[name];
    if (typeof value !== "string" || value === "") continue;
    for (const field of form.querySelectorAll<HTMLInputElement>(`[name=${name}]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }
  form.querySelector<HTMLElement>("[data-kept]")!.hidden = false;
}

function readDraft(): Record<string, unknown> | null {
  try {
    return JSON.parse(localStorage.getItem(DRAFT) ?? "null") as Record<string, unknown> | null;
  } catch {
    return null;
  }
}

function showPromise(form: HTMLFormElement, priority: string | null): void {
  for (const line of form.querySelectorAll<HTMLElement>("[data-promise]"))
    line.hidden = line.dataset["promise"] !== (priority ?? "none");
}
