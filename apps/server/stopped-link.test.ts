import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
let ticketId: string;
let link: string;
let sent = 0;
beforeAll(async () => {
  service = await openTestApi("stopped");
});
afterAll(() => service?.close());

beforeEach(async () => {
  service.clock.advance(1_000); // The newest mail is this ticket's.
  const mail = await service.receive(
    `From: Zoe <zoe${++sent}@agence.example>\nTo: helpdesk@whise.eu\nSubject: Question\nMessage-ID: <s${sent}@agence.example>\n\nComment changer le logo ?\n`,
  );
  ({ ticketId } = (await service.call("GET", `/inbound-mails/${mail}`)).body);
  const { items } = (await service.call("GET", "/outgoing-mails")).body;
  const { text } = (await service.call("GET", `/outgoing-mails/${items[0].id}`)).body;
  link = /\/stopped\/whise\/\d+\/\w+/.exec(text)![0];
});

const ask = (path = link) => service.call("GET", `/desks/whise${path.replace("/whise", "")}`, { as: null });
const say = (stopped: string, around: string, path = link) =>
  service.call("POST", `/desks/whise${path.replace("/whise", "")}`, { as: null, body: { stopped, around } });
const priority = async () => (await service.call("GET", `/tickets/${ticketId}`)).body.priority;

test("looking changes nothing; two answers make it urgent; again changes nothing more", async () => {
  const before = await priority();
  expect(await ask()).toMatchObject({ status: 200, body: { standing: "open", language: "fr" } });
  expect(await priority()).toBe(before);
  expect(await say("stopped", "no")).toMatchObject({ status: 200, body: { priority: "urgent", raised: true } });
  expect(await priority()).toBe("urgent");
  expect(await ask()).toMatchObject({ body: { standing: "urgent" } });
  expect(await say("stopped", "no")).toMatchObject({ body: { priority: "urgent", raised: false } });
});

test("answers go by the desk's table, and never lower", async () => {
  expect((await say("hurt", "partly")).body).toEqual({ priority: "high", raised: true });
  expect((await say("no", "yes")).body).toEqual({ priority: "high", raised: false });
});

test("a link that is forged, cut or another ticket's is nobody's", async () => {
  const last = link.endsWith("a") ? "b" : "a";
  const [, other] = /\/(\d+)\//.exec(link)!;
  for (const path of [
    link.slice(0, -1) + last,
    link.slice(0, -1),
    link.replace(`/${other}/`, `/${Number(other) - 1}/`),
  ]) {
    expect(await ask(path)).toMatchObject({ status: 404 });
    expect(await say("stopped", "no", path)).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/Nothing was changed/) },
    });
  }
  expect(await priority()).not.toBe("urgent");
});

test("it ends with the ticket, and after a month", async () => {
  await service.call("POST", `/tickets/${ticketId}/closure`, { body: { as: "solved" } });
  expect(await ask()).toMatchObject({ body: { standing: "expired" } });
  expect(await say("stopped", "no")).toMatchObject({
    status: 409,
    body: { detail: expect.stringMatching(/nothing was changed/) },
  });
  await service.call("DELETE", `/tickets/${ticketId}/closure`);
  expect(await ask()).toMatchObject({ body: { standing: "open" } });
  service.clock.advance(31 * 86_400_000);
  expect(await say("stopped", "no")).toMatchObject({ status: 409 });
});
