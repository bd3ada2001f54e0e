import { createHash } from "node:crypto";
import type { ApiClient } from "./api-client.ts";
import type { InboundMail, List, Message } from "./api-types.ts";
import type { Installation } from "./installation.ts";
import { eventually } from "./patience.ts";
import { dotStuffed, SmtpSession } from "./smtp-session.ts";

export type NamedMail = { name: string; bytes: Uint8Array };

/**
 * Sends mails through SMTP, one after the other, and checks that each ended in exactly one kind, is kept byte for byte,
 * and can be looked at through the API. Returns what is wrong, in words.
 */
export async function runIntakeTrial(desk: Installation, api: ApiClient, mails: NamedMail[]): Promise<string[]> {
  const before = (await api.all<InboundMail>("/inbound-mails")).length;
  const findings: string[] = [];
  const sent = new Map<string, number>();
  const session = await SmtpSession.open(desk.smtp);
  for (const { name, bytes } of mails) {
    const reply = await session.send({ from: "corpus@agence.example", to: ["helpdesk@whise.eu"], raw: bytes });
    if (reply.code === 250) countUp(sent, digestOf(asReceived(bytes)));
    else findings.push(`${name} was answered with ${reply.text}`);
  }
  await session.quit();

  const kept = await eventually(
    async () => {
      const all = (await api.all<InboundMail>("/inbound-mails")).slice(0, -before || undefined);
      return all.every(({ kind }) => kind !== null) && all;
    },
    { withinMs: 120_000, everyMs: 500, what: "the reading of all mails" },
  );
  for (const mail of kept) findings.push(...(await lookAt(api, mail, sent)));
  for (const [, count] of sent) if (count !== 0) findings.push("a mail that was accepted is not kept as it came");
  return findings;
}

async function lookAt(api: ApiClient, mail: InboundMail, sent: Map<string, number>): Promise<string[]> {
  const findings: string[] = [];
  const name = `"${mail.subject}" (${mail.kind})`;
  const digest = digestOf(await api.bytes(`/inbound-mails/${mail.id}/raw`));
  if (sent.has(digest)) countUp(sent, digest, -1);
  else findings.push(`${name} is not what was sent`);
  if (mail.kind === "quarantined" && !mail.reason) findings.push(`${name} is quarantined without a reason`);
  if (mail.kind === "ticket" && mail.ticketId === null) findings.push(`${name} has no ticket`);
  if (mail.ticketId === null) return findings;

  const { items } = await api.get<List<Message>>(`/tickets/${mail.ticketId}/messages`);
  for (const message of items.filter(({ hasHtml }) => hasHtml)) {
    const response = await api.fetch("GET", `/tickets/${mail.ticketId}/messages/${message.id}/html`);
    await response.arrayBuffer();
    if (response.status !== 200) findings.push(`the HTML of ${name} is answered with ${response.status}`);
  }
  return findings;
}

/** What SMTP delivers of the bytes: lines that end in CRLF, the doubled dots single again. */
function asReceived(bytes: Uint8Array): Buffer {
  return Buffer.from(dotStuffed(bytes).toString("latin1").replaceAll(/^\.\./gm, "."), "latin1");
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function countUp(counts: Map<string, number>, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
