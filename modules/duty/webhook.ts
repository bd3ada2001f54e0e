import { createHmac } from "node:crypto";
import type { Instant, Random } from "@permanence/kernel";
import type { GuardedRequest } from "./guarded-request.ts";

const PREFIX = "whsec_";

/** A secret as Standard Webhooks has it (standardwebhooks.com, "Signature scheme"): 24 to 64 bytes in base64. */
export function newWebhookSecret(random: Random): string {
  return PREFIX + random.bytes(32).toString("base64");
}

/** A request in Standard Webhooks form. @param id the same for each try of the same message, so that it counts once */
export function webhookRequest(
  { url, secret }: { url: string; secret: string },
  { id, at, payload }: { id: string; at: Instant; payload: object },
): GuardedRequest {
  const body = JSON.stringify(payload);
  const timestamp = Math.floor(at / 1000);
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  const headers = {
    ...{ "content-type": "application/json", "user-agent": "Permanence" },
    ...{ "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": `v1,${signature}` },
  };
  return { url, headers, body };
}
