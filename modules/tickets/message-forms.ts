import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import type { Invitation, MailAttachment } from "@permanence/mail";
import { IsoText } from "@permanence/people";

// What a mail's form says beside its words, as the API shows it.

const Time = z.object({
  local: z.string().openapi({ description: "On the clocks of the invitation; a date where it takes the day" }),
  at: IsoText.nullable().openapi({ description: "Null where it takes the day, or nobody knows the zone" }),
});

export const InvitationView = z
  .object({
    method: z.string().openapi({ description: "request, cancel, reply, counter, publish; empty where none is given" }),
    summary: z.string(),
    description: z.string(),
    start: Time.nullable(),
    end: Time.nullable().openapi({ description: "When it is over: of whole days, the day after the last" }),
    timeZone: z.string().nullable(),
    location: z.string(),
    organiser: z.object({ name: z.string(), address: z.string() }).nullable(),
    repeats: z.boolean(),
  })
  .openapi("Invitation");

export const ProtectionView = z
  .object({
    kind: z.enum(["signed", "encrypted"]).openapi({ description: "What the form says; no signature is verified" }),
    scheme: z.enum(["openpgp", "smime"]),
  })
  .openapi("Protection");

export function showInvitation({ start, end, ...rest }: Invitation): z.infer<typeof InvitationView> {
  const time = (told: Invitation["start"]) =>
    told && { local: told.local, at: told.at === null ? null : toIso(told.at) };
  return { ...rest, start: time(start), end: time(end) };
}

/** Whether an attachment is a message that can be opened as one. */
export function isMessageFile({ type, name }: Pick<MailAttachment, "type" | "name">): boolean {
  return type === "message/rfc822" || type === "message/global" || /\.eml$/i.test(name);
}
