import { z } from "@hono/zod-openapi";
import { normalAddress } from "@permanence/people";
import type { Recipients } from "./ticket-tables.ts";

const Address = z.string().trim().max(320);
const Addresses = z.array(Address).max(50);

/** What an agent writes, whether it can be sent as it is or not yet. */
export const DraftContent = z
  .object({
    text: z.string().max(200_000).default(""),
    format: z
      .enum(["plain", "markdown"])
      .default("plain")
      .openapi({ description: "Markdown: pictures as ![name](upload:<id>), variables as {{customer.name}}" }),
    to: Addresses.default([]).openapi({ description: "Empty: whoever of the customer's wrote last" }),
    cc: Addresses.default([]),
    bcc: Addresses.default([]),
    subject: z.string().trim().max(500).default("").openapi({ description: "Of a new side thread" }),
    state: z
      .enum(["waiting", "open", "on-hold"])
      .default("waiting")
      .openapi({ description: "Of the ticket, after a reply" }),
    uploads: z.array(z.uuid()).max(100).default([]).openapi({ description: "Files; pictures of the text among them" }),
    mentions: z
      .array(z.string().max(80))
      .max(50)
      .default([])
      .openapi({ description: "agent:<id> or team:<id>, of a note" }),
  })
  .openapi("DraftContent");
export type DraftContent = z.infer<typeof DraftContent>;

export const Place = z
  .string()
  .regex(/^(?:agent|note|side|side:[0-9a-f-]{36})$/)
  .openapi({ description: "agent: to the customer; note; side: a new side thread; side:<id>: within one" });

export function isEmptyContent({ text, uploads, subject, to, cc, bcc }: DraftContent): boolean {
  return text.trim() === "" && uploads.length === 0 && subject === "" && to.length + cc.length + bcc.length === 0;
}

/** Those of the addresses that are none. */
export function badAddresses({ to, cc, bcc }: Recipients): string[] {
  return [...to, ...cc, ...bcc].filter((address) => normalAddress(address) === null);
}

/** The addresses as they are kept, each once: in To rather than in Cc, in Cc rather than in Bcc. */
export function recipientsOf({ to, cc, bcc }: Recipients): Recipients {
  const known = new Set<string>();
  const once = (addresses: string[]) =>
    addresses.flatMap((text) => {
      const address = normalAddress(text)!;
      if (known.has(address)) return [];
      known.add(address);
      return [address];
    });
  return { to: once(to), cc: once(cc), bcc: once(bcc) };
}

/** Two drafts of one place become one: nothing of either is lost. */
export function merged(first: DraftContent, second: DraftContent): DraftContent {
  if (isEmptyContent(second)) return first;
  const both = (name: "to" | "cc" | "bcc" | "uploads" | "mentions") => [...new Set([...first[name], ...second[name]])];
  return {
    ...first,
    text: [first.text, second.text].filter((text) => text.trim() !== "").join("\n\n"),
    ...{ to: both("to"), cc: both("cc"), bcc: both("bcc"), uploads: both("uploads"), mentions: both("mentions") },
    subject: first.subject || second.subject,
  };
}
