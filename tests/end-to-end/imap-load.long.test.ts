import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { List, Ticket } from "../harness/api-types.ts";
import { Dovecot } from "../harness/dovecot.ts";
import { connectMailbox } from "../harness/imap-desk.ts";
import { Installation } from "../harness/installation.ts";
import { plainMail } from "../harness/mails.ts";
import { eventually } from "../harness/patience.ts";

const ADDRESS = "helpdesk@whise.eu";
const MESSAGES = 2_000;

let dovecot: Dovecot | undefined;
let desk: Installation | undefined;
beforeAll(async () => {
  if (!Dovecot.isInstalled) return;
  dovecot = await Dovecot.start([{ address: ADDRESS, password: "secret" }]);
  const environment = { PERMANENCE_CAPS: "off", PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU: "secret" };
  desk = await Installation.start({ environment });
});
afterAll(async () => {
  await desk?.remove();
  await dovecot?.remove();
});
beforeEach((context) => {
  if (!Dovecot.isInstalled) context.skip("needs root and Dovecot");
});

test("two thousand messages are fetched from a Dovecot at once, and each becomes a ticket", async () => {
  const api = await desk!.api();
  for (let number = 0; number < MESSAGES; number++) {
    const text = "Depuis ce matin, nous ne pouvons plus publier nos annonces.\n".repeat(20 + (number % 200));
    const raw = plainMail({ from: `client-${number}@agence.example`, subject: `Message ${number}`, text });
    dovecot!.put(ADDRESS, raw, Date.now() - 60_000);
  }
  await connectMailbox(desk!, dovecot!, { address: ADDRESS, since: "2026-11-01", takenFolder: "Taken" });
  const taken = () => dovecot!.filesIn(ADDRESS, ".Taken").length;
  await eventually(() => taken() > 0, { withinMs: 30_000, everyMs: 5 });
  const startedAt = performance.now();
  await eventually(() => taken() === MESSAGES, { withinMs: 120_000, everyMs: 20 });
  const fetchedInMs = performance.now() - startedAt;
  // Numbers are given in order, so the newest ticket's tells how many there are.
  await eventually(
    async () => {
      const { items } = await api.get<List<Ticket>>("/tickets?order=newest&limit=200");
      return items.some((ticket) => ticket.number >= MESSAGES);
    },
    { withinMs: 120_000, everyMs: 100 },
  );
  const registeredInMs = performance.now() - startedAt;
  const perSecond = (ms: number) => Math.round(MESSAGES / (ms / 1_000));
  console.log(`Fetched ${perSecond(fetchedInMs)} messages/s; tickets ${perSecond(registeredInMs)}/s.`);
  expect(await api.all<Ticket>("/tickets")).toHaveLength(MESSAGES);
});
