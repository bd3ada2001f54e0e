import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Configuration } from "./configuration.ts";
import { Refusal } from "./refusal.ts";

const CERT = "PERMANENCE_SMTP_TLS_CERT";
const KEY = "PERMANENCE_SMTP_TLS_KEY";

/** The SMTP server's certificate and key (PEM); null where none is configured, and STARTTLS is not offered then.
 *  Refuses files that TLS could not be spoken with. */
export function readCertificate({ smtpTlsCert, smtpTlsKey }: Configuration): { cert: Buffer; key: Buffer } | null {
  if (smtpTlsCert === null || smtpTlsKey === null) return null;
  const cert = read(smtpTlsCert, CERT);
  const key = read(smtpTlsKey, KEY);
  const certificate = understand(
    () => new X509Certificate(cert),
    `${CERT} names ${smtpTlsCert}, which holds no certificate in PEM.`,
  );
  const privateKey = understand(
    () => createPrivateKey(key),
    `${KEY} names ${smtpTlsKey}, which holds no private key in PEM that can be read without a password.`,
  );
  refuseOthers(certificate, privateKey, { smtpTlsCert, smtpTlsKey });
  understand(() => createSecureContext({ cert, key }), `${CERT} and ${KEY} name files that TLS cannot use`);
  return { cert, key };
}

function read(path: string, variable: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Refusal(`${variable} names ${path}, which cannot be read: ${(error as Error).message}. ${NOTHING}`);
  }
}

function understand<T>(parse: () => T, sentence: string): T {
  try {
    return parse();
  } catch (error) {
    const why = sentence.endsWith(".") ? "" : `: ${(error as { reason?: string }).reason ?? (error as Error).message}.`;
    throw new Refusal(`${sentence}${why} ${NOTHING}`);
  }
}

function refuseOthers(
  certificate: X509Certificate,
  key: KeyObject,
  { smtpTlsCert, smtpTlsKey }: { smtpTlsCert: string; smtpTlsKey: string },
): void {
  if (certificate.checkPrivateKey(key)) return;
  throw new Refusal(
    `${KEY} names ${smtpTlsKey}, which is the key of another certificate than ${smtpTlsCert} (${CERT}). ${NOTHING}`,
  );
}

const NOTHING = "Nothing was started.";
