import { mailboxesMeantBy } from "@permanence/mail";
import type { Desk } from "@permanence/people";

/** The address that the desk answers from: the mailbox that was written to while it is in use, else the desk's first. */
export function answeringMailbox({ settings }: Desk, envelopeTo: string[]): string {
  const meant = envelopeTo.flatMap(mailboxesMeantBy);
  const { address } = settings.mailboxes.find((mailbox) => meant.includes(mailbox.address)) ?? settings.mailboxes[0]!;
  return address;
}

/** Whether mail to this address would come back to the desk itself. */
export function isOwnMailbox({ settings }: Desk, address: string): boolean {
  const meant = mailboxesMeantBy(address);
  return settings.mailboxes.some((mailbox) => meant.includes(mailbox.address));
}
