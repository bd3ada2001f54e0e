import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** An OAuth 2 service: gives access tokens for a refresh token that it replaces each time, and says which are good. */
export class SignInService {
  readonly #server: Server;
  readonly #user: string;
  #count = 0;
  #refreshToken = "first refresh token";
  /** Gives no more tokens while it is set. */
  isRefusing = false;

  private constructor(user: string) {
    this.#user = user;
    this.#server = createServer(async (request, response) => {
      const { status, body } = this.#answer(request.url!, new URLSearchParams(await text(request)));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }

  static async start(user: string): Promise<SignInService> {
    const service = new SignInService(user);
    service.#server.listen(0, "127.0.0.1");
    await once(service.#server, "listening");
    return service;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get introspectionUrl(): string {
    return `${this.issuer}/introspect`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(url: string, form: URLSearchParams): { status: number; body: object } {
    if (url.includes("well-known"))
      return { status: 200, body: { issuer: this.issuer, token_endpoint: `${this.issuer}/token` } };
    if (url.startsWith("/introspect")) {
      const isGood = form.get("token") === `access-${this.#count}`;
      return { status: 200, body: { active: isGood, username: this.#user } };
    }
    if (this.isRefusing || form.get("refresh_token") !== this.#refreshToken)
      return { status: 400, body: { error: "invalid_grant", error_description: "The token was revoked." } };
    this.#refreshToken = `refresh token ${++this.#count}`;
    const tokens = { access_token: `access-${this.#count}`, refresh_token: this.#refreshToken };
    return { status: 200, body: { ...tokens, token_type: "Bearer", expires_in: 3600 } };
  }
}
