import type { DeskId } from "@permanence/database";
import type { Instant } from "@permanence/kernel";
import type { Priority } from "@permanence/sla";
import type { ColumnType, Generated } from "kysely";
import type { CallOut, PageKind } from "./call-out-case.ts";
import type { ChannelKind, ChannelTarget } from "./channel-store.ts";
import type { DutySettings } from "./duty-settings.ts";
import type { DeliveryState } from "./page-delivery.ts";
import type { RotaDocument } from "./rota-document.ts";

type Json<T> = ColumnType<T, string, string>;

export type CallOutRow = {
  desk_id: DeskId;
  call_out_id: string;
  priority: Priority;
  is_canary: boolean;
  state: CallOut["state"];
  opened_at: Instant;
  next_at: Instant | null;
  holder_id: string | null;
  document: CallOut;
  version: number;
};

export type PageRow = {
  desk_id: DeskId;
  page_id: string;
  call_out_id: string;
  step: number;
  kind: PageKind;
  level: number;
  agent_id: string;
  token: string;
  made_at: Instant;
  acknowledged_at: Instant | null;
};

declare module "@permanence/database" {
  interface Tables {
    rota_version: {
      desk_id: DeskId;
      rota: string;
      version: number;
      document: ColumnType<RotaDocument | null, string | null, never>;
      made_by: string;
      made_at: Instant;
    };
    duty_override: {
      desk_id: DeskId;
      override_id: string;
      rota: string;
      level: number;
      agent_id: string;
      from_at: Instant;
      until_at: Instant;
      swap_id: string | null;
      made_by: string;
      made_at: Instant;
      removed_by: Generated<string | null>;
      removed_at: Generated<Instant | null>;
    };
    duty_settings: {
      desk_id: DeskId;
      document: Json<DutySettings>;
      version: number;
      push_public_key: Generated<string | null>;
      push_private_key: Generated<string | null>;
      canary_day: Generated<string | null>;
    };
    page_channel: {
      desk_id: DeskId;
      channel_id: string;
      agent_id: string;
      kind: ChannelKind;
      label: string;
      target: Json<ChannelTarget>;
      made_at: Instant;
      worked_at: Generated<Instant | null>;
      failed_at: Generated<Instant | null>;
      failure: Generated<string | null>;
    };
    call_out: Omit<CallOutRow, "document"> & { document: Json<CallOut> };
    call_out_ticket: {
      desk_id: DeskId;
      call_out_id: string;
      ticket_id: string;
      joined_at: Instant;
      left_at: Generated<Instant | null>;
      call_asked_at: Generated<Instant | null>;
    };
    page: PageRow;
    page_delivery: {
      desk_id: DeskId;
      page_id: string;
      channel: string;
      kind: ChannelKind;
      state: DeliveryState;
      made_at: Instant;
      begun_at: Generated<Instant | null>;
      concluded_at: Generated<Instant | null>;
      outgoing_mail_id: Generated<string | null>;
      failure: Generated<string | null>;
    };
    duty_feed: { desk_id: DeskId; agent_id: string; token_hash: Buffer; made_at: Instant };
  }
}
