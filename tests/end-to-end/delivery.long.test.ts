import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ApiClient } from "../harness/api-client.ts";
import type { InboundMail, List, OutgoingMail, Ticket } from "../harness/api-types.ts";
import { Dovecot } from "../harness/dovecot.ts";
import { makeFolder, removeFolder } from "../harness/folders.ts";
import { freePort } from "../harness/free-port.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";
import { Postfix } from "../harness/postfix.ts";
import { sendMail } from "../harness/smtp-session.ts";

// Our notice through a real Postfix to a real Dovecot mailbox, and what comes back.

const EXAMPLE = join(import.meta.dirname, "../../examples/whise/desk.yaml");
const DOMAIN = "agence.example";
const ANNE = `anne@${DOMAIN}`;
const FULL = `full@${DOMAIN}`;
const UNKNOWN = `nobody@${DOMAIN}`;

let dovecot: Dovecot | undefined;
const arePeersThere = Postfix.isInstalled && Dovecot.isInstalled;

beforeAll(async () => {
  if (arePeersThere) dovecot = await Dovecot.start([{ address: ANNE }, { address: FULL, isFull: true }]);
});
afterAll(async () => dovecot?.remove());

beforeEach((context) => {
  if (!arePeersThere) context.skip("needs root, Postfix and Dovecot");
});

describe.each([
  ["reports `delivered`", { assumesFinal: true, isConfiguredFinal: false, receipt: "delivered" }],
  [
    "reports `relayed`, and the desk calls it the last",
    { assumesFinal: false, isConfiguredFinal: true, receipt: "delivered" },
  ],
  [
    "reports `relayed`, of which the desk knows nothing",
    { assumesFinal: false, isConfiguredFinal: false, receipt: null },
  ],
] as const)("a Postfix that %s", (_, { assumesFinal, isConfiguredFinal, receipt }) => {
  let postfix: Postfix;
  let desk: Installation;
  let api: ApiClient;

  beforeAll(async () => {
    if (!arePeersThere) return;
    const smtpPort = await freePort();
    postfix = await Postfix.start({
      ...{ name: `mx.${DOMAIN}`, assumesFinal },
      mailboxes: { domain: DOMAIN, lmtpPort: dovecot!.lmtpPort },
      desk: { domain: "whise.eu", smtpPort },
    });
    const environment = { PERMANENCE_SMTP_RELAY: postfix.url, PERMANENCE_CAPS: "off" };
    desk = await Installation.start({ environment, args: ["--smtp-port", String(smtpPort)] });
    if (isConfiguredFinal) await applyFinalHop(desk, `mx.${DOMAIN}`);
    api = await desk.api();
  });
  afterAll(async () => {
    await desk?.remove();
    await postfix?.remove();
  });

  async function register(from: string): Promise<Ticket> {
    await sendMail(desk.smtp, { from, to: "helpdesk@whise.eu", raw: plainMail({ from, subject: `de ${from}` }) });
    return eventually(async () => {
      const { items } = await api.get<List<Ticket>>("/tickets?order=newest&limit=50");
      return items.find(({ contact }) => contact.address === from);
    });
  }

  const reportOn = (ticketId: string) =>
    eventually(
      async () => {
        const { items } = await api.get<List<InboundMail>>(`/inbound-mails?kind=report&limit=50`);
        return items.find((mail) => mail.ticketId === ticketId);
      },
      { withinMs: 30_000, what: "the report" },
    );
  const clockOf = async (ticketId: string) => (await api.get<Ticket>(`/tickets/${ticketId}`)).clocks[0]!;

  test("the notice arrives, and its report proves as much as it may", async () => {
    const ticket = await register(ANNE);
    const report = await reportOn(ticket.id);
    const clock = await clockOf(ticket.id);
    expect(dovecot!.mailsOf(ANNE).some((raw) => raw.includes(`+t-`))).toBe(true);
    if (receipt === null) {
      expect(report.reason).toContain("moves nothing");
      expect(clock).toMatchObject({ outcome: "pending", stoppedAt: null, receipt: null });
    } else {
      expect(clock).toMatchObject({ outcome: "met", receipt });
      expect(Date.parse(clock.stoppedAt!)).toBeGreaterThanOrEqual(
        Math.floor(Date.parse(clock.startedAt) / 1_000) * 1_000,
      );
    }
  });

  test.each([
    ["full", FULL],
    ["unknown", UNKNOWN],
  ])("to a mailbox that is %s: it failed, and the clock runs on with its first due time", async (_, address) => {
    const ticket = await register(address);
    await reportOn(ticket.id);
    expect(await clockOf(ticket.id)).toMatchObject({
      outcome: "running",
      stoppedAt: null,
      dueAt: ticket.clocks[0]!.dueAt,
    });
    const { items } = await api.get<List<OutgoingMail>>(`/outgoing-mails?ticketId=${ticket.id}`);
    expect(items[0]!.evidence.map(({ rung }) => rung)).toEqual(["handed-over", "failed"]);
  });

  test("the very report, sent again by a stranger, moves nothing more", async () => {
    const [first] = (await api.get<List<InboundMail>>("/inbound-mails?kind=report&limit=1")).items;
    const before = await clockOf(first!.ticketId!);
    const raw = await api.bytes(`/inbound-mails/${first!.id}/raw`);
    await sendMail(desk.smtp, { from: "", to: "helpdesk@whise.eu", raw });
    await eventually(async () => {
      const { items } = await api.get<List<InboundMail>>("/inbound-mails?limit=1");
      return items[0]!.id !== first!.id && items[0]!.kind === "duplicate";
    });
    expect(await clockOf(first!.ticketId!)).toEqual(before);
  });

  test("a probe shows that this relay keeps return path and Message-ID, and sends both reports", async () => {
    const admin = await desk.api("admin");
    await admin.post("/relay-probes", { mailbox: "helpdesk@whise.eu" });
    const probe = await eventually(
      async () => {
        const found = await admin.get<Probe>("/relay-probes/latest");
        return found.arrived && found.success && found.failure ? found : undefined;
      },
      { withinMs: 30_000, what: "all that comes back of a probe" },
    );
    expect(probe).toMatchObject({
      sending: "sent",
      arrived: { returnPathKept: true, messageIdKept: true, selectors: [] },
      success: { toReturnAddress: true },
      failure: { toReturnAddress: true },
    });
    const stdout = (error: unknown) => (error as { stdout: string }).stdout; // The domain has no MX: it exits with 1.
    const report = JSON.parse(await desk.run("doctor", "--probe", "--json").catch(stdout)) as Report;
    const levels = report.findings.flatMap(({ check, level }) => (check === "probe" ? [level] : []));
    expect(levels).toEqual(["ok", "ok", "ok", "ok"]);
    const items = await eventually(
      async () => {
        const newest = (await api.get<List<InboundMail>>("/inbound-mails?limit=3")).items;
        return newest.every(({ kind }) => kind !== null) ? newest : undefined; // Read a moment after it came.
      },
      { what: "the reading of what came back" },
    );
    expect(items.map(({ kind, ticketId }) => [kind, ticketId])).toEqual(
      Array.from({ length: 3 }, () => ["report", null]),
    );
  });
});

type Report = { findings: { check: string; level: string }[] };
type Probe = Record<"arrived" | "success" | "failure", object | null>;

async function applyFinalHop(desk: Installation, name: string): Promise<void> {
  const folder = makeFolder("final-hop");
  writeFileSync(join(folder, "desk.yaml"), `${readFileSync(EXAMPLE, "utf8")}\nfinalHops: [${name}]\n`);
  await desk.run("desk", "apply", folder);
  removeFolder(folder);
}
