import { eraseTicket } from "@permanence/tickets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestApi, type TestApi } from "./test-api.ts";

// What a mail's form says beside its words, from the bytes to the API.

let service: TestApi;
beforeAll(async () => {
  service = await openTestApi("mail-forms");
});
afterAll(() => service?.close());

const get = async (path: string) => (await service.call("GET", path)).body;

const part = (boundary: string, type: string, text: string) => `--${boundary}\nContent-Type: ${type}\n\n${text}\n`;
const head = (subject: string, boundary: string) =>
  `From: Zoe <zoe@elsewhere.example>\nTo: helpdesk@whise.eu\nSubject: ${subject}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=${boundary}\n\n`;

async function messageOf(mailId: string) {
  const { ticketId } = await get(`/inbound-mails/${mailId}`);
  const { items } = await get(`/tickets/${ticketId}/messages`);
  return { ticketId, message: items[0] };
}

test("messages within messages are opened, with what is in them, and no deeper than they are", async () => {
  const innermost = `${head("Innermost", "c")}${part("c", "text/html", '<p onclick="x()">Deep</p>')}--c--`;
  const middle = `${head("Middle", "b")}${part("b", "text/plain", "Between.")}${part("b", "message/rfc822", innermost)}--b--`;
  const mail = `${head("Outer", "a")}${part("a", "text/plain", "See.")}${part("a", "message/rfc822", middle)}--a--`;
  const { ticketId, message } = await messageOf(await service.receive(mail));
  expect(message.attachments).toMatchObject([{ position: 0, name: "Middle.eml", isMessage: true }]);
  const at = `/tickets/${ticketId}/messages/${message.id}/attachments/0/message`;
  expect(await get(at)).toMatchObject({ subject: "Middle", text: "Between.", attachments: [{ isMessage: true }] });
  expect(await get(`${at}?in=0`)).toMatchObject({ subject: "Innermost", hasHtml: true, attachments: [] });
  const html = await service.api.request(`/api/v1${at}/html?in=0`, {
    headers: { authorization: `Bearer ${service.token}` },
  });
  expect(html.headers.get("content-security-policy")).toContain("sandbox");
  const page = await html.text();
  expect(page).toContain("Deep");
  expect(page).not.toContain("onclick");
  for (const [path, status] of [
    [`${at}?in=1`, 404],
    [`${at}?in=0.0`, 404],
    [`${at}?in=0.0.0.0.0.0.0.0.0`, 422],
    [`${at}?in=x`, 400],
    [at.replace("attachments/0", "attachments/7"), 404],
  ] as const)
    expect([path, (await service.call("GET", path)).status]).toEqual([path, status]);
  expect((await service.call("GET", at, { as: service.otherToken })).status).toBe(404);
});

test("an invitation stands with its message as what it proposes", async () => {
  const calendar = `BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Formation
DTSTART:20261201T090000Z
DTEND:20261201T100000Z
LOCATION:Bruxelles
ORGANIZER;CN=Ann:mailto:ann@elsewhere.example
END:VEVENT
END:VCALENDAR`;
  const mail = `${head("Invitation", "a")}${part("a", "text/plain", "Venez.")}${part("a", "text/calendar; method=REQUEST", calendar)}--a--`;
  const { ticketId, message } = await messageOf(await service.receive(mail));
  expect(message).toMatchObject({
    protection: null,
    invitation: {
      ...{ method: "request", summary: "Formation", location: "Bruxelles", timeZone: "UTC", repeats: false },
      start: { at: "2026-12-01T09:00:00.000Z" },
      end: { at: "2026-12-01T10:00:00.000Z" },
      organiser: { name: "Ann", address: "ann@elsewhere.example" },
    },
  });
  // Kept before its form was, and by a version that understood less of it.
  for (const kept of [null, { ...message.invitation, start: null, answer: undefined }]) {
    await keepForms(ticketId, { invitation: kept && JSON.stringify(kept), protection: null });
    expect((await get(`/tickets/${ticketId}/messages`)).items).toEqual([message]);
  }
  await service.db.transaction(service.deskId, (tx) =>
    eraseTicket(tx, service.world, service.deskId, ticketId, { actor: "desk", reason: "asked for" }),
  );
  expect((await get(`/tickets/${ticketId}/messages`)).items).toMatchObject([{ invitation: null, attachments: [] }]);
});

const keepForms = (ticketId: string, forms: object) =>
  service.db.transaction(service.deskId, (tx) =>
    tx.updateTable("message").set(forms).where("ticket_id", "=", ticketId).execute(),
  );

test("an encrypted mail is shown as one, also when it was kept before its form was", async () => {
  const mail = head("Secret", "a").replace(
    "multipart/mixed",
    'multipart/encrypted; protocol="application/pgp-encrypted"',
  );
  const parts = part("a", "application/pgp-encrypted", "Version: 1") + part("a", "application/octet-stream", "…");
  const { ticketId, message } = await messageOf(await service.receive(`${mail}${parts}--a--`));
  expect(message).toMatchObject({ protection: { kind: "encrypted", scheme: "openpgp" }, invitation: null });
  await keepForms(ticketId, { protection: null });
  expect((await get(`/tickets/${ticketId}/messages`)).items).toEqual([message]);
});

test("the end of an absence is an event of the ticket that it proves to know", async () => {
  const { ticketId } = await messageOf(
    await service.receive(`${head("Aide", "a")}${part("a", "text/plain", "Aidez.")}--a--`),
  );
  const [notice] = (await get(`/outgoing-mails?ticketId=${ticketId}`)).items;
  const { headers } = await get(`/outgoing-mails/${notice.id}`);
  const away = `From: Zoe <zoe@elsewhere.example>\nTo: ${headers.replyTo}\nSubject: Automatic reply: Aide\nAuto-Submitted: auto-replied\nDate: Mon, 23 Nov 2026 14:00:00 +0100\n\nI am out of office until 4 December 2026.\n`;
  expect((await get(`/inbound-mails/${await service.receive(away)}`)).kind).toBe("auto-reply");
  const { items } = await get(`/tickets/${ticketId}/events`);
  expect(items.at(-1)).toMatchObject({
    type: "auto-reply",
    data: { automatic: "out-of-office", absentUntil: "2026-12-04" },
  });
});
