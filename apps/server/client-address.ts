import type { IncomingMessage } from "node:http";
import { CLIENT_HEADER } from "@permanence/people";

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/i;

/** Writes down who is at the other end, for the API and for the pages, which ask it in this process. What came from outside
 *  under this name is thrown away first. A proxy on this machine itself is believed about whom it speaks for. */
export function tellClient(request: IncomingMessage): void {
  for (let at = request.rawHeaders.length - 2; at >= 0; at -= 2) {
    if (request.rawHeaders[at]!.toLowerCase() === CLIENT_HEADER) request.rawHeaders.splice(at, 2);
  }
  const address = clientOf(request.socket.remoteAddress ?? "unknown", request.headers["x-forwarded-for"]);
  request.rawHeaders.push(CLIENT_HEADER, address);
  request.headers[CLIENT_HEADER] = address;
}

/** Of what a proxy forwards, the last entry is its own; those before it anybody may have written. */
export function clientOf(remoteAddress: string, forwardedFor: string | string[] | undefined): string {
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, "");
  if (forwardedFor === undefined || !LOOPBACK.test(remoteAddress)) return address;
  const last = String(forwardedFor).split(",").at(-1)!.trim();
  return /^[0-9a-f.:]{2,45}$/i.test(last) ? last : address;
}
