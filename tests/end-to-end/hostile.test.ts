import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, List, Ticket } from "../harness/api-types.ts";
import { everyNth, NO_CORPORA, readHostileHtml, readMails, readNaughtyStrings } from "../harness/corpora.ts";
import { BOMBS, naughtyMail, payloadMail } from "../harness/hostile-mails.ts";
import { Installation } from "../harness/installation.ts";
import { runIntakeTrial } from "../harness/intake-trial.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { sendMail, SmtpSession } from "../harness/smtp-session.ts";

let desk: Installation;
let api: ApiClient;

beforeAll(async () => {
  desk = await Installation.start({ environment: { PERMANENCE_CAPS: "off" } });
  api = await desk.api();
});
afterAll(() => desk?.remove());

test.each(Object.entries(BOMBS))(
  "%s: a ticket or the quarantine, and the next mail does not wait",
  async (name, bomb) => {
    const to = "helpdesk@whise.eu";
    const reply = await sendMail(desk.smtp, { from: "mallory@agence.example", to, raw: bomb() });
    expect([250, 552]).toContain(reply.code);

    const subject = `After ${name}`;
    await sendMail(desk.smtp, { from: "anne@agence.be", to, raw: plainMail({ from: "anne@agence.be", subject }) });
    await eventually(
      async () =>
        (await api.get<List<Ticket>>("/tickets?order=newest")).items.some((ticket) => ticket.subject === subject),
      { withinMs: 5_000, what: "the next mail's ticket" },
    );
    const mails = await eventually(
      async () => {
        const all = await api.all<InboundMail>("/inbound-mails");
        return all.every(({ kind }) => kind !== null) && all;
      },
      { withinMs: 60_000, what: "the bomb's reading" },
    );
    for (const mail of mails) expect(["ticket", "quarantined"]).toContain(mail.kind);
  },
);

test("mail larger than the limit is refused before it is sent", async () => {
  const session = await SmtpSession.open(desk.smtp);
  const reply = await session.say("MAIL FROM:<anne@agence.be> SIZE=100000000");
  expect(reply.code).toBe(552);
  await session.quit();
});

test.each(["\n.\r\n", "\r.\r\n", "\n.\n", "\r\n.\n", "\r\n.\r"])(
  "an end of mail of its own making (%j) smuggles nothing in",
  async (end) => {
    const session = await SmtpSession.open(desk.smtp);
    for (const line of ["MAIL FROM:<mallory@agence.example>", "RCPT TO:<helpdesk@whise.eu>", "DATA"])
      await session.say(line);
    session.write(
      `Subject: outer\r\n\r\ntext${end}MAIL FROM:<boss@agence.be>\r\nRCPT TO:<helpdesk@whise.eu>\r\nDATA\r\nSubject: smuggled\r\n\r\ninner\r\n.\r\n`,
    );
    const reply = await session.reply();
    expect(reply.code).toBeGreaterThanOrEqual(500);
    session.close();
    expect(
      (await api.all<InboundMail>("/inbound-mails")).filter(({ subject }) => /smuggled|outer/.test(subject ?? "")),
    ).toEqual([]);
  },
);

test("a sample of the corpora goes through", async (context) => {
  const mails = readMails("mime");
  const strings = readNaughtyStrings();
  const payloads = readHostileHtml();
  if (mails === null || strings === null || payloads === null) return context.skip(NO_CORPORA);
  const sample = [
    ...everyNth(mails, 6),
    ...everyNth(strings, 20).map((text) => ({ name: JSON.stringify(text), bytes: naughtyMail(text) })),
    ...everyNth(payloads, 20).map((payload, number) => ({ name: payload, bytes: payloadMail(payload, number) })),
  ];
  expect(await runIntakeTrial(desk, api, sample)).toEqual([]);
});
