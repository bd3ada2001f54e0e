import type { ApiClient } from "./api-client.ts";
import type { Ticket } from "./api-types.ts";
import { launchBrowser } from "./chromium.ts";
import { payloadMail } from "./hostile-mails.ts";
import { provoke } from "./hostile-page.ts";
import type { Installation } from "./installation.ts";
import { eventually } from "./patience.ts";
import { SmtpSession } from "./smtp-session.ts";
import { signIn } from "./visitor.ts";

/** Sends each payload as a mail and looks at each ticket in a real browser. Returns what any of them managed to do. */
export async function runPayloadTrial(desk: Installation, api: ApiClient, payloads: string[]): Promise<string[]> {
  const session = await SmtpSession.open(desk.smtp);
  for (const [number, payload] of payloads.entries()) {
    const raw = payloadMail(payload, number);
    await session.send({ from: `mallory-${number}@agence.example`, to: ["helpdesk@whise.eu"], raw });
  }
  await session.quit();
  const tickets = await eventually(
    async () => {
      const all = (await api.all<Ticket>("/tickets")).filter(({ subject }) => /^Payload \d+$/.test(subject));
      return all.length === payloads.length && all;
    },
    { withinMs: 60_000, what: "a ticket for each payload" },
  );

  const browser = await launchBrowser();
  try {
    const context = await signIn(browser, desk);
    const findings: string[] = [];
    for (const ticket of tickets) {
      const found = await provoke(context, { web: desk.web, ticketId: ticket.id });
      const payload = payloads[Number(ticket.subject.slice("Payload ".length))];
      findings.push(...found.map((finding) => `${finding}, by ${payload}`));
    }
    return findings;
  } finally {
    await browser.close();
  }
}
