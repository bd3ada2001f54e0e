import type { Entity } from "./mime-entity.ts";
import type { MailAddress } from "./read-mail.ts";

/** What a report is read from. */
export type ReportSource = {
  root: Entity;
  text: string;
  subject: string;
  from: MailAddress | null;
  to: MailAddress[];
};
