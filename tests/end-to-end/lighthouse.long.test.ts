import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../harness/installation.ts";
import { measurePages } from "../harness/lighthouse.ts";

let desk: Installation;
beforeAll(async () => {
  desk = await Installation.start();
});
afterAll(() => desk?.remove());

const LEAST = 98;

test("Lighthouse gives the public pages 98 of 100 or more, as on a telephone", async () => {
  const paths = ["/fr", "/nl/request", "/en/texts/privacy"]; // The page to sign in on asks not to be found.
  for (const { url, scores, lost } of await measurePages(paths.map((path) => desk.web + path))) {
    console.log(`${new URL(url).pathname}: ${JSON.stringify(scores)}`);
    const low = Object.entries(scores).filter(([, score]) => score < LEAST);
    expect.soft({ url, low }, lost.join("\n")).toEqual({ url, low: [] });
  }
});
