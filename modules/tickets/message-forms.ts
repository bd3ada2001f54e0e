import { z } from "@hono/zod-openapi";
import { toIso } from "@permanence/kernel";
import type { Invitation, MailAttachment } from "@permanence/mail";
import { IsoText } from "@permanence/people";

// What a mail's form says beside its words, as the API shows it.

const Time = z.object({
  local: z.string().openapi({ description: "On the clocks of the invitation; a date where it takes the day" }),
  at: IsoText.nullable().openapi({ description: "Null where it takes the day, or nobody knows the zone" }),
});

const Person = z.object({ name: z.string(), address: z.string() });

const RepetitionView = z.object({
  every: z.number().int().openapi({ description: "2: every second day, week, month or year" }),
  unit: z.enum(["day", "week", "month", "year"]),
  weekdays: z.array(z.number().int()).openapi({ description: "Of a week, Monday is 1; empty: that of the first" }),
  until: z.string().nullable().openapi({ description: "The last day on which it may be" }),
  times: z.number().int().nullable(),
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
    organiser: Person.nullable(),
    answer: z
      .object({ by: Person, answer: z.enum(["accepted", "declined", "tentative"]) })
      .nullable()
      .openapi({ description: "Of a reply" }),
    repeats: z.boolean(),
    repetition: RepetitionView.nullable().openapi({ description: "Null where it is once, or no few words can say it" }),
  })
  .openapi("Invitation");

export const ProtectionView = z
  .object({
    kind: z.enum(["signed", "encrypted"]).openapi({ description: "What the form says; no signature is verified" }),
    scheme: z.enum(["openpgp", "smime"]),
  })
  .openapi("Protection");

export function showInvitation({ start, end, ...rest }: KeptInvitation): z.infer<typeof InvitationView> {
  const time = (told: Invitation["start"]) =>
    told && { local: told.local, at: told.at === null ? null : toIso(told.at) };
  return { answer: null, repetition: null, ...rest, start: time(start), end: time(end) };
}

/** As it was read when the message was kept: at first without answers and repetitions. */
export type KeptInvitation = Omit<Invitation, "answer" | "repetition"> &
  Partial<Pick<Invitation, "answer" | "repetition">>;

/** Whether an attachment is a message that can be opened as one. */
export function isMessageFile({ type, name }: Pick<MailAttachment, "type" | "name">): boolean {
  return type === "message/rfc822" || type === "message/global" || /\.eml$/i.test(name);
}
