import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postGuarded, readAllowedHosts, refuseTarget } from "./guarded-request.ts";

const NOBODY = new Set<string>();
let server: Server;
let port: number;
const got: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    got.push(request.url!);
    if (request.url === "/elsewhere") response.writeHead(302, { location: `http://127.0.0.1:${port}/stolen` }).end();
    else if (request.url === "/gone") response.writeHead(410).end();
    else if (request.url === "/broken") request.socket.destroy();
    else response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());

const own = (address: string) => [`https://${address}/hook`, /own network/] as [string, RegExp];

describe("where no page may go", () => {
  test.each([
    ...["127.0.0.1", "10.1.2.3", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"].map(own),
    ...["[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"].map(own),
    ...["2130706433", "0x7f.1", "127.1"].map(own), // The same address, in other spellings.
    ["http://agence.be/hook", /https/],
    ["ftp://agence.be/hook", /https/],
    ["file:///etc/passwd", /https/],
    ["agence.be", /https/],
    ["https://user:secret@agence.be/", /password/],
  ] as [string, RegExp][])("%s", async (url, reason) => {
    expect(refuseTarget(url, NOBODY)).toMatch(reason);
    expect((await postGuarded({ url, headers: {}, body: "{}" }, NOBODY))?.sentence).toMatch(reason);
  });

  test("a name that leads into the own network, once it is resolved", async () => {
    const url = `https://localhost:${port}/by-name`;
    expect(refuseTarget(url, NOBODY)).toBeNull();
    expect((await postGuarded({ url, headers: {}, body: "{}" }, NOBODY))?.sentence).toMatch(
      /localhost leads to .* own network/,
    );
    expect(got).not.toContain("/by-name");
  });
});

describe("a host that the operator allowed", () => {
  const post = (path: string) =>
    postGuarded({ url: `http://localhost:${port}${path}`, headers: {}, body: "{}" }, new Set([`localhost:${port}`]));

  test("is sent to", async () => expect(await post("/hook")).toBeNull());
  test("is not followed elsewhere", async () => {
    expect((await post("/elsewhere"))?.sentence).toMatch(/302.*follows nobody/);
    expect(got).not.toContain("/stolen");
  });
  test("may be gone", async () => expect(await post("/gone")).toMatchObject({ isGone: true }));
  test("may break the connection", async () =>
    expect((await post("/broken"))?.sentence).toMatch(/could not be reached/));
  test("is that port alone", () =>
    expect(refuseTarget("http://localhost:1/", new Set([`localhost:${port}`]))).toMatch(/https/));
});

test("hosts to allow are read whole or not at all", () => {
  expect(readAllowedHosts("localhost:9000, SMS.lan:80,[::1]:443")).toEqual(["localhost:9000", "sms.lan:80", "::1:443"]);
  for (const text of ["localhost", "http://localhost:80", "localhost:80,", "a b:1"])
    expect(readAllowedHosts(text)).toBeNull();
});
