import type { DeskId, Tx } from "@permanence/database";
import webPush from "web-push";
import { STANDARD_DUTY_SETTINGS } from "./duty-settings.ts";
import type { GuardedRequest } from "./guarded-request.ts";

export type PushKeys = { publicKey: string; privateKey: string };

/** The desk's own keys (RFC 8292), made when first asked for, and then kept: browsers subscribe to a key. */
export async function pushKeys(tx: Tx, deskId: DeskId): Promise<PushKeys> {
  const known = await readKeys(tx, deskId);
  if (known !== null) return known;
  const { publicKey, privateKey } = webPush.generateVAPIDKeys();
  await tx
    .insertInto("duty_settings")
    .values({
      ...{ desk_id: deskId, document: JSON.stringify(STANDARD_DUTY_SETTINGS), version: 0 },
      ...{ push_public_key: publicKey, push_private_key: privateKey },
    })
    .onConflict((conflict) =>
      conflict
        .column("desk_id")
        .doUpdateSet({ push_public_key: publicKey, push_private_key: privateKey })
        .where("duty_settings.push_public_key", "is", null),
    )
    .execute();
  return (await readKeys(tx, deskId))!; // Of two who made them at once, the first one's.
}

async function readKeys(tx: Tx, deskId: DeskId): Promise<PushKeys | null> {
  const row = await tx
    .selectFrom("duty_settings")
    .select(["push_public_key as publicKey", "push_private_key as privateKey"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  return row?.publicKey && row.privateKey ? { publicKey: row.publicKey, privateKey: row.privateKey } : null;
}

type Subscription = { endpoint: string; p256dh: string; auth: string };

/** How long a push service may keep a page for a phone that is off: after that another page has come. */
const TTL_SECONDS = 10 * 60;

/** A request to a push service (RFC 8030), its contents encrypted for the browser alone (RFC 8291).
 *  @param topic of several that wait under one, a phone gets the last
 *  @param contact whom the push service may write to */
export function pushRequest(
  { endpoint, p256dh, auth }: Subscription,
  { keys, payload, topic, contact }: { keys: PushKeys; payload: object; topic: string; contact: string },
): GuardedRequest {
  const subscription = { endpoint, keys: { p256dh, auth } };
  const { headers, body } = webPush.generateRequestDetails(subscription, JSON.stringify(payload), {
    vapidDetails: { subject: contact, ...keys },
    ...{ TTL: TTL_SECONDS, urgency: "high" as const, topic },
  });
  return { url: endpoint, headers, body };
}

/** Whether a browser's keys are such: an uncompressed point of P-256, and sixteen bytes. */
export function isPushKey({ p256dh, auth }: Pick<Subscription, "p256dh" | "auth">): boolean {
  const [point, secret] = [Buffer.from(p256dh, "base64url"), Buffer.from(auth, "base64url")];
  return point.length === 65 && point[0] === 4 && secret.length === 16;
}
