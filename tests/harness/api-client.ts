import type { List } from "./api-types.ts";

type Headers = Record<string, string>;

/** A client of the HTTP API, as an outside program would be. JSON methods throw on any answer but 2xx. */
export class ApiClient {
  readonly #base: string;
  readonly token: string;

  constructor(web: string, token: string) {
    this.#base = `${web}/api/v1`;
    this.token = token;
  }

  get<T>(path: string): Promise<T> {
    return this.#json<T>("GET", path);
  }

  post<T>(path: string, body: unknown = {}, headers: Headers = {}): Promise<T> {
    return this.#json<T>("POST", path, body, headers);
  }

  patch<T>(path: string, body: unknown, headers: Headers = {}): Promise<T> {
    return this.#json<T>("PATCH", path, body, headers);
  }

  put<T>(path: string, body: unknown = {}, headers: Headers = {}): Promise<T> {
    return this.#json<T>("PUT", path, body, headers);
  }

  delete<T>(path: string): Promise<T> {
    return this.#json<T>("DELETE", path);
  }

  async bytes(path: string): Promise<Buffer> {
    const response = await this.fetch("GET", path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Every item of a list, through all its pages. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let cursor: string | null = null; ;) {
      const query: string = cursor === null ? "limit=200" : `limit=200&cursor=${encodeURIComponent(cursor)}`;
      const page: List<T> = await this.get(`${path}${path.includes("?") ? "&" : "?"}${query}`);
      items.push(...page.items);
      if (page.next === null) return items;
      cursor = page.next;
    }
  }

  /** The answer itself, whatever it is. */
  fetch(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Response> {
    return fetch(this.#base + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
  }

  async #json<T>(method: string, path: string, body?: unknown, headers?: Headers): Promise<T> {
    const response = await this.fetch(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }
}
