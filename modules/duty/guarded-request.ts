import { lookup as lookUp } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "@permanence/mail";

/** Hosts of the own network that pages may go to all the same: "localhost:9000", in lower case. */
export type AllowedHosts = ReadonlySet<string>;

export type GuardedRequest = { url: string; headers: Record<string, string>; body: string | Buffer };

/** Why a request reached nobody, as a sentence; null where it was taken (2xx). `isGone`: it never will be again. */
export type Failure = { sentence: string; isGone: boolean } | null;

const PATIENCE_MS = 10_000;
const OWN_NETWORK = "is in the desk’s own network, or no address on the internet";

/** Why no page may go to an address, from its text alone; null where its name has to be resolved. */
export function refuseTarget(text: string, allowed: AllowedHosts): string | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return "must be an https:// address";
  if (isAllowed(url, allowed)) return null;
  if (url.protocol === "http:") return "must be an https:// address: what is sent may hold names";
  if (url.username !== "" || url.password !== "") return "must not hold a user or a password";
  const host = bareHost(url);
  return isIP(host) !== 0 && !isPublicAddress(host) ? `${OWN_NETWORK}: name another host` : null;
}

function isAllowed(url: URL, allowed: AllowedHosts): boolean {
  return allowed.has(`${bareHost(url)}:${url.port || (url.protocol === "https:" ? 443 : 80)}`);
}

function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, "$1");
}

/**
 * Posts to an address that somebody typed in. It may not lead into our own network (server-side request forgery): names
 * are resolved once, each address that they have is looked at, and the connection goes to one of those that were. An
 * answer that leads elsewhere (3xx) is not followed. Never throws for what others do.
 */
export async function postGuarded(
  { url: text, headers, body }: GuardedRequest,
  allowed: AllowedHosts,
): Promise<Failure> {
  const refused = refuseTarget(text, allowed);
  if (refused !== null) return { sentence: `The address ${refused}.`, isGone: false };
  const url = new URL(text);
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return await new Promise((resolve) => {
    const fail = (sentence: string, isGone = false) => resolve({ sentence, isGone });
    const options = {
      ...{ method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) } },
      ...{ lookup: isAllowed(url, allowed) ? undefined : publicLookup, signal: AbortSignal.timeout(PATIENCE_MS) },
      agent: false as const, // A connection of its own: one that was kept could lead where nobody looked.
    };
    const sent = request(url, options, (response) => {
      const { statusCode = 0 } = response;
      response.destroy(); // Whatever it says, we do not read it.
      if (statusCode >= 200 && statusCode < 300) resolve(null);
      else if (statusCode >= 300 && statusCode < 400)
        fail(
          `${url.host} answered ${statusCode}: it leads elsewhere, and a page follows nobody. Enter the address itself.`,
        );
      else fail(`${url.host} answered ${statusCode}.`, statusCode === 404 || statusCode === 410);
    });
    sent.on("error", (error: NodeJS.ErrnoException) => fail(sentenceOf(error, url)));
    sent.end(body);
  });
}

function sentenceOf(error: NodeJS.ErrnoException, { host }: URL): string {
  if (error.name === "TimeoutError" || error.name === "AbortError")
    return `${host} did not answer within ${PATIENCE_MS / 1000} seconds.`;
  if (error.code === NOT_PUBLIC) return error.message;
  if (error.code === "ENOTFOUND") return `There is no host ${host}.`;
  return `${host} could not be reached: ${error.message}.`;
}

const NOT_PUBLIC = "ENOTPUBLIC";

/** All addresses of a name must be on the internet: of several, the connection may take any. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const own = found.find(({ address }) => !isPublicAddress(address));
    if (own === undefined)
      return options.all ? callback(null, found) : callback(null, found[0]!.address, found[0]!.family);
    const refusal: NodeJS.ErrnoException = new Error(`${hostname} leads to ${own.address}, which ${OWN_NETWORK}.`);
    refusal.code = NOT_PUBLIC;
    callback(refusal, []);
  });
};

/** Reads PERMANENCE_WEBHOOK_ALLOW: "host:port", separated by commas. Null where it is none. */
export function readAllowedHosts(text: string): string[] | null {
  const hosts = text.split(",").map((host) => host.trim().toLowerCase());
  return hosts.every((host) => /^(\[[0-9a-f:]+\]|[a-z0-9.:-]+):\d{1,5}$/.test(host))
    ? hosts.map((host) => host.replace(/^\[(.*)\]:/, "$1:"))
    : null;
}
