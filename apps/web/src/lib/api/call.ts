import type { Problem } from "#lib/api/types.ts";

export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Problem };

type Call = { method?: string; body?: unknown; headers?: Record<string, string> };

/** Asks the API at `/api/v1` + `path`. What goes wrong comes back as a problem, with status 0 when no answer came. */
export async function call<T>(fetch: typeof globalThis.fetch, path: string, request: Call = {}): Promise<Answer<T>> {
  const { method = "GET", body, headers = {} } = request;
  const hasBody = body !== undefined;
  try {
    const response = await fetch(`/api/v1${path}`, {
      method,
      headers: { accept: "application/json", ...(hasBody && { "content-type": "application/json" }), ...headers },
      ...(hasBody && { body: JSON.stringify(body) }),
    });
    if (!response.ok) return { ok: false, problem: await readProblem(response) };
    const text = await response.text();
    return { ok: true, value: (text === "" ? null : JSON.parse(text)) as T };
  } catch (error) {
    return { ok: false, problem: { status: 0, title: error instanceof Error ? error.message : String(error) } };
  }
}

async function readProblem(response: Response): Promise<Problem> {
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const { title = response.statusText, detail, added } = said;
  return { status: response.status, title, detail, ...(added && { added }) };
}

/** A query string of what is set, with its question mark; empty when nothing is. */
export function query(parameters: Record<string, string | number | null | undefined>): string {
  const set = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([key, value]) => [key, String(value)]))}`;
}
