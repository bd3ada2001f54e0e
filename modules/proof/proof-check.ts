import { findBrokenLink } from "@permanence/tickets";
import { headOf, ticketLeaf } from "./day-heads.ts";
import { rootFrom, sha256 } from "./digest-tree.ts";
import { isSigned, type Proof, type ProofBody, type ProvenDay, readProof, type Unreadable } from "./proof-file.ts";
import { clocksOf } from "./proven-clocks.ts";
import { readStamp } from "./time-stamp.ts";

/** One thing that was looked at, and what was found. */
export type Finding =
  | { code: "unreadable"; holds: false; why: Unreadable; where: string }
  | { code: "signature"; holds: boolean; key: string }
  | { code: "stranger"; holds: false; key: string }
  | { code: "chain"; holds: true; events: number; erased: number }
  | { code: "chain"; holds: false; sequence: number }
  | { code: "ticket"; holds: false }
  | { code: "mails"; holds: true; bound: number; unbound: number; erased: number }
  | { code: "mails"; holds: false; id: string }
  | { code: "clocks"; holds: true; count: number }
  | { code: "clocks"; holds: false; target: string }
  | { code: "day"; holds: boolean; day: string }
  | { code: "stamp"; holds: true; day: string; at: Date; authority: string }
  | { code: "stamp"; holds: false; day: string; why: string };

/** The proof, where it could be read, and each finding. It holds where all of them do. */
export type Examination = { holds: boolean; proof: Proof | null; findings: Finding[] };

/**
 * Examines a proof file from its bytes alone: neither a database nor the network is asked.
 * @param trusts whether the proof may be by whoever signed it. What a stranger signed is not looked into: who writes the
 *   terms of a clock can have it reckon for long
 */
export async function examineProof(
  bytes: Buffer,
  trusts: (proof: Proof) => Promise<boolean> | boolean = () => true,
): Promise<Examination> {
  const read = readProof(bytes);
  if ("unreadable" in read) {
    const finding: Finding = { code: "unreadable", holds: false, why: read.unreadable, where: read.where };
    return { holds: false, proof: null, findings: [finding] };
  }
  const { proof } = read;
  const key = proof.signature.publicKey;
  const findings: Finding[] = [{ code: "signature", holds: isSigned(proof), key }];
  if (!findings[0]!.holds) return { holds: false, proof, findings };
  if (!(await trusts(proof))) return { holds: false, proof, findings: [{ code: "stranger", holds: false, key }] };
  const { body } = proof;
  findings.push(examineChain(body), ...examineTicket(body), examineMails(body), examineClocks(body));
  for (const day of body.days) findings.push(...(await examineDay(body, day)));
  return { holds: findings.every(({ holds }) => holds), proof, findings };
}

function examineChain({ events }: ProofBody): Finding {
  const gap = events.findIndex(({ sequence }, index) => sequence !== index + 1);
  if (gap >= 0) return { code: "chain", holds: false, sequence: gap + 1 };
  const broken = findBrokenLink(
    events.map(({ salt, contentDigest, digest, ...event }) => ({
      ...event,
      salt: salt === null ? null : Buffer.from(salt, "hex"),
      contentDigest: Buffer.from(contentDigest, "hex"),
      digest: Buffer.from(digest, "hex"),
    })),
  );
  if (broken !== null) return { code: "chain", holds: false, sequence: broken };
  const erased = events.filter(({ data }) => data === null).length;
  return { code: "chain", holds: true, events: events.length, erased };
}

/** The chain is of the ticket that the file names. */
function examineTicket({ events, ticket }: ProofBody): Finding[] {
  const registered = events[0]!;
  const isFirst = registered.type === "registered" || registered.type === "imported";
  const isItsOwn = isFirst && registered.data?.["number"] === ticket.number;
  return isItsOwn || registered.data === null ? [] : [{ code: "ticket", holds: false }];
}

/** Each mail that the chain names is there as the chain has it; the bytes of each are what its digest says. */
function examineMails({ events, mails }: ProofBody): Finding {
  const byId = new Map(mails.map((mail) => [mail.id, mail]));
  const bound = new Set<string>();
  for (const { data } of events) {
    const id = data?.["inboundMailId"] ?? data?.["outgoingMailId"];
    if (typeof id !== "string" || typeof data?.["sha256"] !== "string") continue;
    if (byId.get(id)?.sha256 !== data["sha256"]) return { code: "mails", holds: false, id };
    bound.add(id);
  }
  for (const { id, bytes, sha256: digest } of mails) {
    if (bytes !== null && sha256(Buffer.from(bytes, "base64")).toString("hex") !== digest)
      return { code: "mails", holds: false, id };
  }
  const erased = mails.filter(({ bytes }) => bytes === null).length;
  return { code: "mails", holds: true, bound: bound.size, unbound: mails.length - bound.size, erased };
}

/** Folded again, from the events of the file, the clocks are what it says. Sentences may be worded anew by a newer program. */
function examineClocks({ events, clocks, madeAt, timeZone, language }: ProofBody): Finding {
  const again = clocksOf(events, madeAt, { timeZone, language });
  const targets = new Set([...again, ...clocks].map(({ target }) => target));
  const ofTarget = (all: ProofBody["clocks"], target: string) => all.filter((clock) => clock.target === target);
  const other = [...targets].find((target) => {
    const [said, reckoned] = [ofTarget(clocks, target), ofTarget(again, target)];
    return said.length !== 1 || reckoned.length !== 1 || !isSame(said[0]!, reckoned[0]!);
  });
  if (other === undefined) return { code: "clocks", holds: true, count: clocks.length };
  return { code: "clocks", holds: false, target: other };
}

function isSame(a: ProofBody["clocks"][number], b: ProofBody["clocks"][number]): boolean {
  return (["startedAt", "dueAt", "stoppedAt", "outcome", "receipt"] as const).every((name) => a[name] === b[name]);
}

async function examineDay({ events, ticket }: ProofBody, proven: ProvenDay): Promise<Finding[]> {
  const { day, sequence, path, count, previous, head, stamp } = proven;
  const event = events[sequence - 1];
  const isOfDay = event !== undefined && new Date(event.at).toISOString().startsWith(day);
  const root = rootFrom(ticketLeaf(ticket.id, sequence, Buffer.from(event?.digest ?? "", "hex")), path);
  const reckoned = headOf({ day, count, root, previous: Buffer.from(previous, "hex") }).toString("hex");
  const findings: Finding[] = [{ code: "day", holds: isOfDay && reckoned === head, day }];
  if (stamp !== null) {
    const found = await readStamp(Buffer.from(stamp, "base64"), Buffer.from(head, "hex"));
    findings.push(
      "wrong" in found
        ? { code: "stamp", holds: false, day, why: found.wrong }
        : { code: "stamp", holds: true, day, ...found },
    );
  }
  return findings;
}
