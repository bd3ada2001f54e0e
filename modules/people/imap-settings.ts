import { z } from "zod";

// Where a mailbox's mail is fetched by IMAP, as desk.yaml says it. The password never stands there.

const SECURITIES = ["tls", "starttls", "none"] as const;
const STANDARD_PORTS = { tls: 993, starttls: 143, none: 143 } as const; // RFC 8314, section 3.2; RFC 9051, section 2.1.
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

const word = z.string("must be a text").trim().min(1, "must not be empty").max(255, "must be at most 255 characters");
const folder = word.regex(/^\P{Cc}+$/u, "must be the name of a folder");
const DATE = 'must be a date such as "2026-11-25"';

const URL_FORM = "must be the https:// address of a sign-in service";
const GRANTS = ["refresh-token", "client-credentials"] as const;

/** Signing in without a password, as Microsoft 365 and Google want it. The secrets never stand in desk.yaml. */
const oauthSchema = z.strictObject({
  issuer: z
    .url(URL_FORM)
    .refine((text) => text.startsWith("https://") || LOOPBACK.test(new URL(text).hostname), URL_FORM),
  clientId: word,
  scope: word.nullable().default(null),
  grant: z.enum(GRANTS, `must be one of ${GRANTS.join(", ")}`).default("refresh-token"),
});

export const imapSchema = z
  .strictObject({
    host: word.regex(/^[A-Za-z0-9.:-]+$/, "must be a host name such as imap.agence.be").toLowerCase(),
    port: z
      .int("must be a port number")
      .min(1, "must be a port number")
      .max(65_535, "must be at most 65535")
      .optional(),
    security: z.enum(SECURITIES, `must be one of ${SECURITIES.join(", ")}`).default("tls"),
    user: word,
    oauth: oauthSchema.nullable().default(null),
    /** Parts of a path stand between slashes, whatever the server has there. */
    folder: folder.default("INBOX"),
    takenFolder: folder.nullable().default(null),
    since: z.iso.date(DATE).nullable().default(null),
  })
  .refine(({ security, host }) => security !== "none" || LOOPBACK.test(host), {
    path: ["security"],
    message: "must be tls or starttls: a password goes unencrypted to this machine itself only",
  })
  .refine(({ folder, takenFolder }) => folder !== takenFolder, {
    path: ["takenFolder"],
    message: "must be another folder than the one that mail is taken from",
  })
  .transform(({ port, ...imap }) => ({ ...imap, port: port ?? STANDARD_PORTS[imap.security] }));

export type ImapSettings = z.output<typeof imapSchema>;
