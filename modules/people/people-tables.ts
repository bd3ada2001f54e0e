import type { Generated } from "kysely";
import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { ColumnType } from "kysely";
import type { DeskSettings } from "./desk-settings.ts";
import type { LogoType } from "./site-store.ts";

export const ROLES = ["agent", "lead", "author", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Those that the agents' pages are written in. */
export const AGENT_LANGUAGES = ["fr", "nl", "en"] as const;

/** `second-step`: the password was right, the code is still to come. */
export type CredentialKind = "session" | "api" | "sign-in-link" | "second-step";
/** Whose tickets a customer sees: those of their own, or all of their organisation's. */
export const SEES = ["own", "organisation"] as const;
export type Sees = (typeof SEES)[number];

/** How the desk came to know an address. */
export const ADDRESS_SOURCES = ["mail", "form", "sign-in", "agent", "import"] as const;
export type AddressSource = (typeof ADDRESS_SOURCES)[number];

declare module "@permanence/database" {
  interface Tables {
    desk: {
      desk_id: DeskId;
      slug: string;
      name: string;
      settings: ColumnType<DeskSettings, string, string>;
      applied_at: Instant;
    };
    template: { desk_id: DeskId; name: string; language: string; subject: string; body: string };
    desk_brand: {
      desk_id: DeskId;
      accent: string | null;
      logo_sha256: Buffer | null;
      logo_type: LogoType | null;
      version: number;
    };
    desk_page: { desk_id: DeskId; name: string; language: string; title: string; body: string; version: number };
    mailbox: { desk_id: DeskId; mailbox_id: string; address: string; name: string };
    agent: {
      desk_id: DeskId;
      agent_id: string;
      email: string;
      name: string;
      role: Role;
      language: string;
      created_at: Instant;
      disabled_at: Instant | null;
    };
    credential: {
      desk_id: DeskId;
      token_hash: Buffer;
      kind: CredentialKind;
      agent_id: string;
      label: string;
      created_at: Instant;
      expires_at: Instant | null;
      used_at: Instant | null;
      seen_at: Generated<Instant | null>;
      network: Generated<string | null>;
      device: Generated<string | null>;
      is_read_only: Generated<boolean>;
    };
    customer_sign_in: {
      desk_id: DeskId;
      request_hash: Buffer;
      link_hash: Buffer;
      code_hash: Buffer;
      address: string;
      language: string;
      tries: number;
      created_at: Instant;
      expires_at: Instant;
      used_at: Instant | null;
    };
    customer_session: {
      desk_id: DeskId;
      token_hash: Buffer;
      contact_id: string;
      address: string;
      created_at: Instant;
      expires_at: Instant;
    };
    organisation: {
      desk_id: DeskId;
      organisation_id: string;
      name: string;
      created_at: Instant;
      language: Generated<string | null>;
      external_id: Generated<string | null>;
      notes: Generated<string>;
      sees: Generated<Sees>;
      version: Generated<number>;
    };
    organisation_domain: {
      desk_id: DeskId;
      domain: string;
      organisation_id: string;
      confirmed_by: string;
      confirmed_at: Instant;
    };
    contact: {
      desk_id: DeskId;
      contact_id: string;
      organisation_id: string | null;
      name: string;
      language: string | null;
      created_at: Instant;
      sees: Generated<Sees | null>;
      notes: Generated<string>;
      version: Generated<number>;
    };
    contact_phone: { desk_id: DeskId; contact_id: string; phone: string };
    contact_external_id: { desk_id: DeskId; external_id: string; contact_id: string };
    blocked_sender: { desk_id: DeskId; address: string; blocked_by: string; blocked_at: Instant };
    contact_address: {
      desk_id: DeskId;
      address: string;
      contact_id: string;
      verified_at: Instant | null;
      failed_at: Generated<Instant | null>;
      failure: Generated<string | null>;
      is_primary: Generated<boolean>;
      source: Generated<AddressSource | null>;
      added_at: Generated<Instant | null>;
      added_by: Generated<string | null>;
    };
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
