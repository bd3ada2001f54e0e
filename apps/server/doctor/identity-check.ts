import { type Db, findDesks } from "@permanence/database";
import { type DomainRecord, examineDomain, SenderDns } from "@permanence/mail";
import { deskOf } from "@permanence/people";
import { chooseDesk } from "../chosen-desk.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";

const NAMES = { mx: "MX", spf: "SPF", dmarc: "DMARC", dkim: "DKIM" } as const;

const WHY = {
  mx: "Without it neither answers nor reports arrive, and no receipt is proven.",
  spf: "Notices from it may end among the junk.",
  dmarc: "Anybody can write in its name.",
  dkim: "",
} as const;

/** What the DNS says of the domains that mail is sent from. @param slug of the only desk that is meant; null for all */
export async function checkIdentity(
  db: Db,
  slug: string | null,
  relay: string,
  dns: SenderDns = new SenderDns(),
): Promise<Finding[]> {
  const deskIds = slug === null ? await findDesks(db) : [await chooseDesk(db, slug)];
  const domains = new Set<string>();
  for (const deskId of deskIds) {
    const { settings } = await deskOf(db, deskId);
    for (const { address } of settings.mailboxes) domains.add(address.slice(address.lastIndexOf("@") + 1));
  }
  const findings = await Promise.all(
    [...domains].map(async (domain) => {
      const records = await examineDomain(domain, { dns, relay });
      return records.flatMap((record) => judge(domain, record) ?? []);
    }),
  );
  return findings.flat();
}

function judge(domain: string, { kind, name, wanted, found, state }: DomainRecord): Finding | null {
  const record = `The ${NAMES[kind]} record of ${domain}`;
  const publish = wanted === null ? "" : `Publish at ${name}: ${wanted}`;
  switch (state) {
    case "open":
      return null;
    case "there":
      return ok("identity", `${record} is in order: ${found.join(", ")}.`);
    case "unanswered":
      return warn("identity", `${record} could not be looked up: the DNS did not answer.`, "Try again later.");
    case "weak":
      return warn("identity", `${record} protects nobody: ${found.join(", ")}.`, publish);
    case "missing":
      return (kind === "dmarc" ? warn : fail)(
        "identity",
        `${record} is missing. ${WHY[kind]}`,
        publish || "Publish one.",
      );
    case "differs":
      return warn("identity", `${record} does not fit: ${found.join(", ")}. ${WHY[kind]}`, publish);
  }
}
