import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { clientOf, tellClient } from "./client-address.ts";

test.each([
  ["203.0.113.7", undefined, "203.0.113.7"],
  ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
  ["203.0.113.7", "198.51.100.1", "203.0.113.7"], // Anybody may write that.
  ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["::1", "10.0.0.1, 2001:db8::1", "2001:db8::1"], // The proxy's own entry is the last.
  ["127.0.0.1", "unknown", "127.0.0.1"],
  ["127.0.0.1", "<script>", "127.0.0.1"],
])("from %s with %s comes %s", (remote, forwarded, client) => {
  expect(clientOf(remote, forwarded)).toBe(client);
});

test("nobody outside says who they are", () => {
  const rawHeaders = ["Host", "a", "X-Permanence-Client", "10.0.0.1", "x-permanence-client", "10.0.0.2"];
  const headers = { "x-permanence-client": "10.0.0.1, 10.0.0.2" };
  const request = { rawHeaders, headers, socket: { remoteAddress: "203.0.113.7" } } as unknown as IncomingMessage;
  tellClient(request);
  expect(request.rawHeaders).toEqual(["Host", "a", "x-permanence-client", "203.0.113.7"]);
  expect(request.headers["x-permanence-client"]).toBe("203.0.113.7");
});
