import { assert } from "@permanence/kernel";
import type { Sees } from "./people-tables.ts";

export type OrganisationModel = {
  id: string;
  name: string;
  externalId: string | null;
  language: string | null;
  sees: Sees;
  /** The last one that was agreed; null: the desk's own. */
  policy: string | null;
};

export type ContactModel = {
  id: string;
  name: string;
  language: string | null;
  sees: Sees | null;
  organisationId: string | null;
  addresses: Set<string>;
  phones: Set<string>;
  externalIds: Set<string>;
};

export type Said = { value: string; shown: string; line: number };
type Row = OrganisationModel | ContactModel;
export type Added = { contactId: string; value: string };

/** The part of a desk's directory that a file is about, in memory. Rows that it makes have ids that begin with "+". */
export class DirectoryModel {
  readonly organisations = new Map<string, OrganisationModel>();
  readonly contacts = new Map<string, ContactModel>();
  readonly domains = new Map<string, string>();
  /** What was not there at first. */
  readonly changed = new Set<string>();
  readonly newDomains: { domain: string; organisationId: string }[] = [];
  readonly added: Record<"addresses" | "phones" | "externalIds", Added[]> = {
    ...{ addresses: [], phones: [], externalIds: [] },
  };
  readonly policies = new Map<string, string>();
  readonly #byName = new Map<string, OrganisationModel[]>();
  readonly #byExternalId = new Map<string, OrganisationModel>();
  readonly #byAddress = new Map<string, ContactModel>();
  readonly #byContactExternalId = new Map<string, ContactModel>();
  readonly #said = new Map<string, Said>();
  #undoing: (() => void)[] = [];
  #made = 0;

  constructor(known: { organisations: OrganisationModel[]; contacts: ContactModel[]; domains: [string, string][] }) {
    for (const organisation of known.organisations) this.#keepOrganisation(organisation);
    for (const contact of known.contacts) {
      this.contacts.set(contact.id, contact);
      for (const address of contact.addresses) this.#byAddress.set(address, contact);
      for (const id of contact.externalIds) this.#byContactExternalId.set(id, contact);
    }
    for (const [domain, id] of known.domains) this.domains.set(domain, id);
  }

  /** From here on, `undo` takes everything back. */
  begin(): void {
    this.#undoing = [];
  }

  undo(): void {
    for (const step of this.#undoing.toReversed()) step();
    this.#undoing = [];
  }

  organisation(id: string): OrganisationModel {
    const found = this.organisations.get(id);
    assert(found, "organisations are known whole");
    return found;
  }

  organisationsNamed(name: string): OrganisationModel[] {
    return this.#byName.get(sameName(name)) ?? [];
  }

  organisationCalled(externalId: string): OrganisationModel | undefined {
    return this.#byExternalId.get(externalId);
  }

  organisationAt(domain: string): OrganisationModel | undefined {
    const id = this.domains.get(domain);
    return id === undefined ? undefined : this.organisation(id);
  }

  contactAt(address: string): ContactModel | undefined {
    return this.#byAddress.get(address);
  }

  contactCalled(externalId: string): ContactModel | undefined {
    return this.#byContactExternalId.get(externalId);
  }

  addOrganisation(name: string): OrganisationModel {
    const organisation: OrganisationModel = {
      ...{ id: this.#newId(), name, externalId: null, language: null, sees: "own", policy: null },
    };
    this.#keepOrganisation(organisation);
    this.#did(() => {
      this.organisations.delete(organisation.id);
      this.#byName.set(
        sameName(name),
        this.organisationsNamed(name).filter((each) => each !== organisation),
      );
    });
    return organisation;
  }

  addContact(organisationId: string | null): ContactModel {
    const contact: ContactModel = {
      ...{ id: this.#newId(), name: "", language: null, sees: null, organisationId },
      ...{ addresses: new Set<string>(), phones: new Set<string>(), externalIds: new Set<string>() },
    };
    this.contacts.set(contact.id, contact);
    this.#did(() => this.contacts.delete(contact.id));
    return contact;
  }

  addDomain({ id }: OrganisationModel, domain: string): void {
    this.domains.set(domain, id);
    this.newDomains.push({ domain, organisationId: id });
    this.#did(() => {
      this.domains.delete(domain);
      this.newDomains.pop();
    });
  }

  addTo(contact: ContactModel, list: "addresses" | "externalIds" | "phones", value: string): void {
    contact[list].add(value);
    this.added[list].push({ contactId: contact.id, value });
    const index = { addresses: this.#byAddress, externalIds: this.#byContactExternalId, phones: null }[list];
    index?.set(value, contact);
    this.#did(() => {
      contact[list].delete(value);
      this.added[list].pop();
      index?.delete(value);
    });
    this.#change(contact.id);
  }

  set<R extends Row, F extends keyof R & string>(row: R, field: F, value: R[F]): void {
    const before = row[field];
    const put = (to: R[F]) => {
      if (!("addresses" in row)) this.#forget(row);
      row[field] = to;
      if (!("addresses" in row)) this.#keepOrganisation(row);
    };
    put(value);
    this.#did(() => put(before));
    this.#change(row.id);
    if (field !== "policy") return;
    this.policies.set(row.id, value as string);
    this.#did(() => this.policies.delete(row.id));
  }

  /** What a line before said of a field. */
  said(id: string, field: string): Said | undefined {
    return this.#said.get(`${id} ${field}`);
  }

  say(id: string, field: string, said: Said): void {
    const key = `${id} ${field}`;
    if (this.#said.has(key)) return;
    this.#said.set(key, said);
    this.#did(() => this.#said.delete(key));
  }

  #change(id: string): void {
    if (this.changed.has(id)) return;
    this.changed.add(id);
    this.#did(() => this.changed.delete(id));
  }

  #keepOrganisation(organisation: OrganisationModel): void {
    this.organisations.set(organisation.id, organisation);
    const key = sameName(organisation.name);
    this.#byName.set(key, [...(this.#byName.get(key) ?? []), organisation]);
    if (organisation.externalId !== null) this.#byExternalId.set(organisation.externalId, organisation);
  }

  #forget(organisation: OrganisationModel): void {
    const key = sameName(organisation.name);
    this.#byName.set(
      key,
      this.organisationsNamed(organisation.name).filter((each) => each !== organisation),
    );
    if (organisation.externalId !== null) this.#byExternalId.delete(organisation.externalId);
  }

  #newId(): string {
    const id = `+${++this.#made}`;
    this.#did(() => void this.#made--);
    return id;
  }

  #did(undo: () => void): void {
    this.#undoing.push(undo);
  }
}

/** Names are the same in any case of letters, with or without accents, and however many blanks stand between. */
function sameName(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/\p{M}+/gu, "")
    .toLowerCase()
    .replaceAll(/\s+/g, " ")
    .trim();
}
