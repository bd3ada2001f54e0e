import type { Instant } from "@permanence/kernel";
import type { ColumnType, Generated, Transaction } from "kysely";
import type { DeskId } from "./desk-id.ts";

/** All tables. Each module adds its own: `declare module "@permanence/database" { interface Tables { … } }`. */
export interface Tables {
  directory: DirectoryTable;
  blob: BlobTable;
  running_process: RunningProcessTable;
}

/** One transaction of one desk: it neither sees nor writes the rows of another. */
export type Tx = Transaction<Tables>;

export type DirectoryKind = "desk" | "mailbox" | "host" | "token";

export interface DirectoryTable {
  kind: DirectoryKind;
  key: string;
  desk_id: DeskId;
}

export interface RunningProcessTable {
  process_id: string;
  started_at: Instant;
  description: ColumnType<unknown, string>;
}

/** Bytes to keep. */
export interface Blob {
  desk_id: DeskId;
  sha256: Buffer;
  size_bytes: number;
  bytes: Buffer;
}

interface BlobTable extends Blob {
  /** By law; the bytes are empty since. */
  erased_at: Generated<Instant | null>;
}
