import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ColumnType, Generated } from "kysely";
import type { Role } from "./people-tables.ts";

// How agents sign in, and what is on record of it.

declare module "@permanence/database" {
  interface Tables {
    agent_password: { desk_id: DeskId; agent_id: string; hash: string; set_at: Instant };
    agent_totp: {
      desk_id: DeskId;
      agent_id: string;
      sealed: Generated<Buffer | null>;
      pending: Buffer | null;
      made_at: Instant;
      last_step: Generated<number>;
    };
    recovery_code: {
      desk_id: DeskId;
      agent_id: string;
      code_hash: Buffer;
      made_at: Instant;
      used_at: Instant | null;
    };
    passkey: {
      desk_id: DeskId;
      passkey_id: string;
      agent_id: string;
      rp_id: string;
      public_key: Buffer;
      counter: number;
      transports: string[];
      label: string;
      made_at: Instant;
      used_at: Instant | null;
    };
    answered_challenge: { desk_id: DeskId; challenge: string; expires_at: Instant };
    agent_device: { desk_id: DeskId; token_hash: Buffer; agent_id: string; made_at: Instant; seen_at: Instant };
    sign_in_tries: { desk_id: DeskId; key: Buffer; count: number; last_at: Instant };
    invitation: {
      desk_id: DeskId;
      invitation_id: string;
      email: string;
      name: string;
      role: Role;
      language: string;
      token_hash: Buffer;
      invited_by: string;
      invited_at: Instant;
      sent_at: Instant;
      expires_at: Instant;
      accepted_at: Instant | null;
      revoked_at: Instant | null;
    };
    audit_entry: {
      desk_id: DeskId;
      entry_id: string;
      at: Instant;
      kind: string;
      actor_id: string | null;
      subject: string | null;
      network: string | null;
      data: ColumnType<Record<string, string>, string, never>;
    };
  }
}
