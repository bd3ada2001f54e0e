import { readFileSync } from "node:fs";
import type { Configuration } from "./configuration.ts";
import { Refusal } from "./refusal.ts";

/** The SMTP server's certificate and key (PEM); null where none is configured, and STARTTLS is not offered then. */
export function readCertificate({ smtpTlsCert, smtpTlsKey }: Configuration): { cert: Buffer; key: Buffer } | null {
  if (smtpTlsCert === null || smtpTlsKey === null) return null;
  return { cert: read(smtpTlsCert, "PERMANENCE_SMTP_TLS_CERT"), key: read(smtpTlsKey, "PERMANENCE_SMTP_TLS_KEY") };
}

function read(path: string, variable: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal(`${variable} names ${path}, which cannot be read: ${(error as Error).message}.`);
  }
}
