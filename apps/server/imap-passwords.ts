import { z } from "zod";

/** Variables of this form give passwords: PERMANENCE_IMAP_PASSWORD_HELPDESK_WHISE_EU for helpdesk@whise.eu. */
export const IMAP_PASSWORD_VARIABLE = "PERMANENCE_IMAP_PASSWORD_";

/** By what stands for a mailbox in the name of a variable. Holds passwords: never print it. */
export type ImapPasswords = Record<string, string>;

const FORM = 'must list addresses with their passwords: "helpdesk@whise.eu: secret"';

/** As the file has them: by address. */
export const imapPasswordsSchema = z
  .record(z.string(), z.string(FORM).min(1, FORM), FORM)
  .transform((byAddress): ImapPasswords =>
    Object.fromEntries(Object.entries(byAddress).map(([address, password]) => [variablePart(address), password])),
  );

/** The file's passwords, and the environment's before them. */
export function withPasswordsOf(environment: NodeJS.ProcessEnv, passwords: ImapPasswords): ImapPasswords {
  const given = Object.entries(environment).flatMap(([variable, password]) =>
    variable.startsWith(IMAP_PASSWORD_VARIABLE) && password
      ? [[variable.slice(IMAP_PASSWORD_VARIABLE.length), password] as const]
      : [],
  );
  return { ...passwords, ...Object.fromEntries(given) };
}

/** Null where nobody has given it. */
export function imapPasswordOf(passwords: ImapPasswords, address: string): string | null {
  const part = variablePart(address);
  return Object.hasOwn(passwords, part) ? passwords[part]! : null;
}

export function imapPasswordVariable(address: string): string {
  return IMAP_PASSWORD_VARIABLE + variablePart(address);
}

function variablePart(address: string): string {
  return address.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}
