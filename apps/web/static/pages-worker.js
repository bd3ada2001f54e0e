// Shows the pages of the duty that come by web push (W3C Push API). One tap on the notification's button acknowledges.

self.addEventListener("push", (event) => {
  const { title, text, url, acknowledgeUrl, acknowledge, tag } = event.data.json();
  const actions = acknowledgeUrl ? [{ action: "acknowledge", title: acknowledge }] : [];
  const shown = { body: text, tag, renotify: true, requireInteraction: true, actions, data: { url, acknowledgeUrl } };
  event.waitUntil(self.registration.showNotification(title, shown));
});

self.addEventListener("notificationclick", (event) => {
  const { url, acknowledgeUrl } = event.notification.data;
  event.notification.close();
  const show = () => self.clients.openWindow(url);
  if (event.action !== "acknowledge") return event.waitUntil(show());
  // Where it could not be said, the page is opened: nobody may believe that they acknowledged when they did not.
  const say = fetch(acknowledgeUrl, { method: "POST" }).then((answer) => (answer.ok ? undefined : show()));
  event.waitUntil(say.catch(show));
});
