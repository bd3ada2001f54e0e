import { domainToASCII } from "node:url";
import { z } from "zod";
import { calendarSchema, type CalendarSettings, timeZoneSchema } from "./calendar-settings.ts";
import { type ImapSettings, imapSchema } from "./imap-settings.ts";
import { normalAddress } from "./mail-address.ts";
import {
  AROUND_THE_CLOCK,
  calendarsIn,
  escalationSchema,
  PRIORITIES,
  type Priority,
  type PolicyDocument,
  policySchema,
  promisedTargets,
  responseTargets,
  STANDARD_POLICY,
  warningsSchema,
} from "./policy-settings.ts";

// A desk as its operator writes it in desk.yaml (documented in the README), and as the program keeps it.

const text = z.string("must be a text").trim().min(1, "must not be empty");
const count = z.int("must be a whole number").min(1, "must be at least 1").max(1_000_000, "must be at most 1000000");
const language = z.string("must be a language").regex(/^[a-z]{2}$/, 'must be a language in two letters, such as "fr"');
const slug = z
  .string("must be a text")
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must consist of lower-case letters, digits and hyphens");
const colour = z
  .string('must be a colour such as "#0b6e6e"')
  .regex(/^#[0-9a-f]{6}$/, 'must be a colour such as "#0b6e6e"');

const hostName = z
  .string("must be a host name")
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, "must be a host name such as mail.agence.be")
  .transform((name) => name.toLowerCase());

const mailbox = z.strictObject({
  address: z.string("must be a mail address").transform((text, context) => {
    const address = mailboxAddress(text);
    if (address !== null) return address;
    context.addIssue(`must be a mail address, with at most ${LONGEST_LOCAL_OCTETS} characters and no + before the @`);
    return z.NEVER;
  }),
  name: text,
  imap: imapSchema.optional(),
  /** Servers whose Authentication-Results (RFC 8601) count at this mailbox. */
  trustedAuthenticators: z.array(hostName, "must be a list of host names").default([]),
});

// 64 (RFC 5321, section 4.5.3.1.1) less the "+t-" and the 32 characters that name a ticket in a Reply-To.
const LONGEST_LOCAL_OCTETS = 29;

/** As SMTP says it: the domain in ASCII. */
function mailboxAddress(text: string): string | null {
  const [local, domain] = normalAddress(text)?.split("@") ?? [];
  const ascii = domainToASCII(domain ?? "");
  const isFit = local !== undefined && Buffer.byteLength(local) <= LONGEST_LOCAL_OCTETS && !local.includes("+");
  return isFit && ascii !== "" ? `${local}@${ascii}` : null;
}

/** What is not said in desk.yaml. A cap spaces what is sent and omits none of it. */
const caps = z
  .strictObject({
    /** Notices to one address within an hour: two programs that answer each other would mail for ever. */
    noticesPerAddressAndHour: count.default(20),
    /** Sign-in links to one agent within an hour: anybody may ask for them in anybody's name. */
    signInLinksPerAgentAndHour: count.default(5),
    /** The same, to one address of a customer. */
    signInMailsPerCustomerAndHour: count.default(5),
    /** New requests from one address, from one domain (a public provider's aside) and to one mailbox within an hour:
     *  those beyond are held until somebody releases them. */
    ticketsPerAddressAndHour: count.default(30),
    ticketsPerDomainAndHour: count.default(300),
    ticketsPerMailboxAndHour: count.default(3_000),
  })
  .prefault({});

const languages = z
  .array(language, "must be a list of languages")
  .min(1, "must name one language at least")
  .refine((list) => new Set(list).size === list.length, "must not name a language twice");
const mailboxes = z
  .array(mailbox, "must be a list of mailboxes")
  .min(1, "must have one mailbox at least")
  .refine((list) => new Set(list.map(({ address }) => address)).size === list.length, "must not have an address twice");

export const deskFileSchema = z
  .strictObject({
    slug,
    name: text,
    languages,
    timeZone: timeZoneSchema,
    accent: colour.nullable().default(null),
    mailboxes,
    company: z.strictObject({
      name: text,
      country: text.nullable().default(null),
      vatNumber: text.nullable().default(null),
    }),
    signature: z.record(language, text).default({}),
    calendars: z.record(text, calendarSchema),
    workingCalendar: text,
    staffing: z.partialRecord(z.enum(PRIORITIES, `must be one of ${PRIORITIES.join(", ")}`), text).default({}),
    policy: responseTargets,
    targets: promisedTargets.default({}),
    warnings: warningsSchema,
    escalation: escalationSchema,
    /** Others than the desk's own, for contracts. */
    policies: z.record(text, policySchema).default({}),
    /** The policy of an organisation, by its name. */
    contracts: z.record(text, text).default({}),
    finalHops: z.array(hostName, "must be a list of host names").default([]),
    requestMdn: z.boolean("must be true or false").default(false),
    /** Whether customers are told of a closing, and asked whether they are content. */
    ratings: z.boolean("must be true or false").default(true),
    caps,
  })
  .superRefine((desk, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    const known = Object.keys(desk.calendars);
    const mustExist = (name: string, path: string[]) =>
      known.includes(name) || refuse(path, `must be one of the calendars: ${known.join(", ")}`);
    mustExist(desk.workingCalendar, ["workingCalendar"]);
    for (const [priority, calendar] of Object.entries(desk.staffing)) {
      if (calendar !== AROUND_THE_CLOCK) mustExist(calendar, ["staffing", priority]);
    }
    if (known.includes(AROUND_THE_CLOCK)) refuse(["calendars", AROUND_THE_CLOCK], "is a name that stands for itself");
    for (const { name, path } of calendarsIn({ response: desk.policy, targets: desk.targets })) {
      mustExist(name, path[0] === "response" ? ["policy", ...path.slice(1)] : path);
    }
    for (const [policy, document] of Object.entries(desk.policies)) {
      if (policy === STANDARD_POLICY) refuse(["policies", policy], "is the name of the policy above");
      for (const { name, path } of calendarsIn(document)) mustExist(name, ["policies", policy, ...path]);
    }
    for (const [organisation, policy] of Object.entries(desk.contracts)) {
      if (policy !== STANDARD_POLICY && !Object.hasOwn(desk.policies, policy))
        refuse(["contracts", organisation], `must be one of the policies: ${Object.keys(desk.policies).join(", ")}`);
    }
    for (const language of Object.keys(desk.signature)) {
      if (!desk.languages.includes(language)) refuse(["signature", language], "must be in one of the desk's languages");
    }
  });
export type DeskFile = z.output<typeof deskFileSchema>;

/** What a priority promises; modules/sla takes it as it is. */
export type TargetSettings = {
  targetMs: number;
  demands: "presumed" | "delivered" | "displayed";
  waitingMs: number;
  calendar?: CalendarSettings; // Plain hours when there is none.
};

/** Without `imap`, its mail comes by SMTP. */
export type MailboxSettings = {
  address: string;
  name: string;
  imap?: ImapSettings | undefined;
  /** Servers whose Authentication-Results count here. Lower case. */
  trustedAuthenticators?: string[];
};

/** Kept as JSON in the desk's row. */
export type DeskSettings = {
  languages: string[]; // The first is the desk's own.
  timeZone: string;
  accent: string | null;
  /** Those in use; the first is what the desk writes from where nothing else is said. */
  mailboxes: MailboxSettings[];
  company: { name: string; country: string | null; vatNumber: string | null };
  signature: Record<string, string>; // By language; some may be missing.
  calendars: Record<string, CalendarSettings>;
  /** Which of the calendars says when people work. */
  workingCalendar: string;
  /** Where they work on a priority at other times: a calendar's name, or AROUND_THE_CLOCK. */
  staffing: Partial<Record<Priority, string>>;
  policy: Record<Priority, TargetSettings>;
  /** Mail servers after which there is none: where one of them reports `relayed`, it has delivered. Lower case. */
  finalHops: string[];
  /** Whether notices ask the reader's program for a disposition notice (RFC 8098). */
  requestMdn: boolean;
  /** Whether customers are told of a closing, and asked whether they are content. Missing where the desk was applied
   *  before it could be said: nobody is asked then. */
  ratings?: boolean;
  caps: {
    noticesPerAddressAndHour: number;
    signInLinksPerAgentAndHour: number;
    signInMailsPerCustomerAndHour: number;
    ticketsPerAddressAndHour: number;
    ticketsPerDomainAndHour: number;
    ticketsPerMailboxAndHour: number;
  };
};

/** What desk.yaml says beside the settings: it is kept in versions (policy-store.ts). */
export type WrittenPromises = {
  calendars: Record<string, CalendarSettings>;
  policies: Record<string, PolicyDocument>;
  contracts: Record<string, string>; // The policy of an organisation, by its name.
};

/** Durations in milliseconds, calendars by value: nothing in it needs the file that it came from. */
export function settingsOf(file: DeskFile): { settings: DeskSettings; promises: WrittenPromises } {
  const { slug: _, name: __, targets, warnings, escalation, policies: others, contracts, ...rest } = file;
  const calendars = mapValues(file.calendars, (calendar) => ({
    ...calendar,
    timeZone: calendar.timeZone ?? file.timeZone,
  }));
  const policies = { [STANDARD_POLICY]: { response: file.policy, targets, warnings, escalation }, ...others };
  const policy = mapValues(file.policy, (target) => byValue(target, calendars));
  return { settings: { ...rest, calendars, policy }, promises: { calendars, policies, contracts } };
}

/** A response target as modules/sla takes it. */
export function byValue(
  { target, demands, waiting, calendar }: PolicyDocument["response"][Priority],
  calendars: Record<string, CalendarSettings>,
): TargetSettings {
  const plain = { targetMs: target, demands, waitingMs: waiting };
  const isPlain = calendar === undefined || calendar === AROUND_THE_CLOCK;
  return isPlain ? plain : { ...plain, calendar: calendars[calendar]! };
}

function mapValues<K extends string, V, W>(record: Record<K, V>, map: (value: V) => W): Record<K, W> {
  return Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, map(value)])) as Record<K, W>;
}
