// Sign-in, people and the record, as /api/v1/openapi.json has them. Times are ISO 8601 strings in UTC.

export type Role = "agent" | "lead" | "author" | "admin";
export const ROLES: Role[] = ["agent", "lead", "author", "admin"];

export type SignInWays = {
  password: { setAt: string } | null;
  hasCodes: boolean;
  recoveryCodes: number;
  passkeys: { id: string; label: string; host: string; madeAt: string; usedAt: string | null }[];
  isFresh: boolean;
};

export type SignInWay = "link" | "invitation" | "code" | "recovery-code" | "passkey";

export type AgentSession = {
  id: string;
  begunAt: string;
  seenAt: string;
  network: string | null;
  device: string | null;
  way: string;
  isThis: boolean;
};

export type Account = {
  id: string;
  name: string;
  email: string;
  role: Role;
  language: string;
  suspendedAt: string | null;
  seenAt: string | null;
  hasPasskey: boolean;
  hasCodes: boolean;
};

export type Invitation = {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: string;
  sentAt: string;
  expiresAt: string;
};

export type ApiToken = {
  id: string;
  name: string;
  agent: { id: string; name: string; role: Role };
  isReadOnly: boolean;
  madeAt: string;
  usedAt: string | null;
};

export type AuditEntry = {
  id: string;
  at: string;
  kind: string;
  actor: { id: string; name: string } | null;
  subject: string | null;
  subjectName: string | null;
  network: string | null;
  data: Record<string, string>;
};
