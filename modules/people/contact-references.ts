/** Where a contact is named by its id. */
export type ContactReference = {
  table: string;
  column: string;
  /** Columns that name, together with the contact, one row: where both contacts have one, that of the kept one stays. */
  once?: string[];
};

/**
 * Every column that names a contact. Merging two contacts goes through all of them; a test (contact-merge.test.ts) asks the
 * database for others, so that a table that is made later cannot be forgotten. What the chains of tickets say names no
 * contact by its id, and is never rewritten.
 */
export const CONTACT_REFERENCES: ContactReference[] = [
  { table: "contact_address", column: "contact_id" },
  { table: "contact_phone", column: "contact_id", once: ["phone"] },
  { table: "contact_external_id", column: "contact_id" },
  { table: "contact_merge", column: "kept_id" },
  { table: "customer_session", column: "contact_id" },
  { table: "ticket", column: "contact_id" },
  { table: "clock", column: "customer_id" }, // Where no organisation was known.
  { table: "outgoing_mail", column: "contact_id" },
];

/** Ids that say who somebody was, and lead nowhere. */
export const KEPT_NAMES = ["contact.contact_id", "contact_merge.gone_id"];
