import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

export type DayHeadRow = {
  desk_id: DeskId;
  day: string; // "2026-11-26", in UTC.
  count: number;
  root: Buffer;
  previous: Buffer;
  head: Buffer;
  made_at: Instant;
  stamp: Buffer | null;
  stamp_error: string | null;
  tried_at: Instant | null;
};

declare module "@permanence/database" {
  interface Tables {
    proof_key: { desk_id: DeskId; public_key: Buffer; private_key: Buffer; made_at: Instant };
    day_head: DayHeadRow;
    day_leaf: { desk_id: DeskId; day: string; ticket_id: string; sequence: number; digest: Buffer };
  }
}
