import { assert } from "@permanence/kernel";

/** Names one desk: the first column of every key, and the first argument after `tx` of every query. */
export type DeskId = string & { readonly __desk: unique symbol };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Brands a lower-case UUID. Refuses all else, since `transaction` writes the text into SQL. */
export function deskId(text: string): DeskId {
  assert(UUID.test(text), `a desk id is a lower-case UUID, not ${JSON.stringify(text)}`);
  return text as DeskId;
}
