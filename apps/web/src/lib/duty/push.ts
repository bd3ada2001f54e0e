/** What the API takes for a browser that is to be notified. */
export type PushChannel = {
  kind: "push";
  label: string;
  endpoint: string;
  keys: { p256dh: string; auth: string };
};

/** Asks the browser for permission and a subscription (W3C Push API); null where it gives none. */
export async function subscribe(publicKey: string, label: string): Promise<PushChannel | null> {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return null;
  try {
    await navigator.serviceWorker.register("/pages-worker.js");
    const registration = await navigator.serviceWorker.ready;
    const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
    const { endpoint, keys } = made.toJSON();
    if (!endpoint || !keys?.["p256dh"] || !keys["auth"]) return null;
    return { kind: "push", label, endpoint, keys: { p256dh: keys["p256dh"], auth: keys["auth"] } };
  } catch {
    return null; // No permission, or no push service.
  }
}
