import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";

export type SearchDueRow = { desk_id: DeskId; kind: string; entry_id: string; marked_at: Instant };

declare module "@permanence/database" {
  interface Tables {
    search_entry: { desk_id: DeskId; kind: string; entry_id: string; day: number; language: string; words: string };
    search_due: SearchDueRow;
    search_word: { desk_id: DeskId; key: string; word: string };
  }
}
