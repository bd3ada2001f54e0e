import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("text");
});
afterAll(() => service?.close());

const NEW_TICKET = { contact: { address: "lea@agence.example" }, subject: "Plus rien", text: "Aidez-moi." };

test.each([
  ["PATCH", "/tickets/ID", String.raw`{"subject":"a\u0000b"}`, "json.subject"],
  ["PATCH", "/tickets/ID", String.raw`{"subject":"a\ud800b"}`, "json.subject"],
  ["POST", "/tickets/ID/messages", String.raw`{"kind":"note","text":"a\u0000"}`, "json.text"],
  [
    "POST",
    "/tickets",
    JSON.stringify({ ...NEW_TICKET, contact: { address: "a@b.be", name: "\0" } }),
    "json.contact.name",
  ],
  ["POST", "/organisations", String.raw`{"name":"\udc00"}`, "json.name"],
  ["POST", "/sign-in-links", String.raw`{"email":"a\u0000@b.be"}`, "json.email"],
  ["GET", "/tickets?q=%00", undefined, "query.q"],
  ["GET", "/contacts?q=a%00", undefined, "query.q"],
  ["GET", "/organisations?q=%00a", undefined, "query.q"],
  ["GET", "/inbound-mails?messageId=%00", undefined, "query.messageId"],
  [
    "GET",
    `/organisations?cursor=${cursor({ name: "\0", id: "01890000-0000-7000-8000-000000000000" })}`,
    undefined,
    "query.cursor.name",
  ],
])("%s %s with text that cannot be kept is 422: %s", async (method, path, body, place) => {
  const { id } = (await service.call("POST", "/tickets", { body: NEW_TICKET })).body;
  const answer = await service.call(method, path.replace("ID", id), { body });
  expect(answer).toMatchObject({ status: 422, body: { title: "Text that cannot be kept", errors: [{ place }] } });
});

test("a domain that cannot be is not there", async () => {
  const as = await service.tokenOf("admin");
  const { id } = (await service.call("POST", "/organisations", { as, body: { name: "Agence" } })).body;
  expect((await service.call("PUT", `/organisations/${id}/domains/a%00.be`, { as })).status).toBe(404);
});

test("a body that is no JSON is told so", async () => {
  const plain = { body: "subject=x", headers: { "content-type": "text/plain" } };
  expect(await service.call("POST", "/organisations", plain)).toMatchObject({
    status: 415,
    body: { detail: expect.stringContaining("Content-Type: application/json") },
  });
  expect((await service.call("POST", "/organisations", { body: "{" })).status).toBe(400);
});

function cursor(key: object): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}
