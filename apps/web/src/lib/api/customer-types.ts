export type Sees = "own" | "organisation";

export type OrganisationWhole = {
  id: string;
  name: string;
  domains: string[];
  language: string | null;
  externalId: string | null;
  notes: string;
  sees: Sees;
  policy: string;
  version: number;
};

export type ListedContact = {
  id: string;
  name: string;
  addresses: string[];
  failing: { address: string; since: string; reason: string }[];
  language: string | null;
  organisation: { id: string; name: string } | null;
};

export type AddressSource = "mail" | "form" | "sign-in" | "agent" | "import";

export type ContactWhole = {
  id: string;
  name: string;
  language: string | null;
  notes: string;
  sees: Sees | null;
  createdAt: string;
  version: number;
  organisation: { id: string; name: string; sees: Sees } | null;
  addresses: {
    address: string;
    source: AddressSource | null;
    addedAt: string | null;
    verifiedAt: string | null;
    failedAt: string | null;
    failure: string | null;
  }[];
  phones: string[];
  externalIds: string[];
  merged: { id: string; name: string; at: string; by: string }[];
};

export type MergedField = "name" | "language" | "organisation" | "sees";
export type MergePreview = {
  kept: ContactWhole;
  gone: ContactWhole;
  conflicts: { field: MergedField; kept: string; gone: string }[];
  moves: Record<string, number>;
};

export type ImportOutcome = "made" | "changed" | "unchanged" | "refused";
export type CustomerImport = {
  id: string;
  fileName: string;
  madeAt: string;
  counts: Record<ImportOutcome, number>;
  appliedAt: string | null;
};
export type ImportLine = {
  line: number;
  outcome: ImportOutcome;
  organisation: string | null;
  contact: string | null;
  changes: { of: "organisation" | "contact"; field: string; from: string | null; to: string }[];
  reason: string | null;
};
