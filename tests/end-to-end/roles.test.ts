import { testDatabase } from "@permanence/database";
import { expect, onTestFinished, test } from "vitest";
import type { List, OutgoingMail, Ticket } from "../harness/api-types.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { RelaySink } from "../harness/relay-sink.ts";
import { sendMail } from "../harness/smtp-session.ts";

test("split into processes by role, on a database of one's own, it does what one process does", async () => {
  const { url, close } = await testDatabase();
  onTestFinished(close);
  const sink = await RelaySink.start();
  onTestFinished(() => sink.close());
  const environment = { DATABASE_URL: url, PERMANENCE_SMTP_RELAY: sink.url };
  const start = async (role: string) => {
    const part = await Installation.start({ environment, args: ["--roles", role] });
    onTestFinished(() => part.remove());
    return part;
  };
  const web = await start("web"); // The first one loads the example desk.
  const [mail] = await Promise.all([start("mail"), start("jobs"), start("jobs")]);
  const api = await web.api();

  const raw = plainMail({ from: "anne@agence.be", subject: "Ailleurs" });
  const reply = await sendMail(mail.smtp, { from: "anne@agence.be", to: "helpdesk@whise.eu", raw });
  expect(reply.code).toBe(250);
  const ticket = await eventually(async () => (await api.get<List<Ticket>>("/tickets")).items[0]);
  expect(ticket.subject).toBe("Ailleurs");
  await eventually(async () => {
    const { items } = await api.get<List<OutgoingMail>>("/outgoing-mails");
    return items[0]?.state === "sent";
  });
  expect(sink.takenFor("anne@agence.be")).toHaveLength(1);
});
