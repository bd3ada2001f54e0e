import type { DeskId, Tx } from "@permanence/database";

/** What a module above this one keeps of customers: handed out with the rest of their data, and erased with it. */
export type PersonalSource = {
  read(tx: Tx, deskId: DeskId, contactId: string): Promise<Record<string, unknown>[]>;
  forget(tx: Tx, deskId: DeskId, contactId: string): Promise<void>;
};

/** By what the file calls it. */
export type PersonalSources = Record<string, PersonalSource>;
