import { type DirectoryRow, partsOf } from "./directory-file.ts";
import type { ContactModel, DirectoryModel, OrganisationModel } from "./directory-model.ts";
import { domainOf, normalAddress, normalDomain } from "./mail-address.ts";
import { isPublicMailProvider } from "./public-mail-providers.ts";
import { SEES, type Sees } from "./people-tables.ts";

// What taking over a file would do, line by line. Pure: it changes a model of the directory and nothing else.

/** What a line says of an organisation or a contact; `from` is null where there was nothing. */
export type DirectoryChange = { of: "organisation" | "contact"; field: string; from: string | null; to: string };

export type PlannedLine = {
  line: number;
  outcome: "made" | "changed" | "unchanged" | "refused";
  organisation: string | null;
  contact: string | null;
  changes: DirectoryChange[];
  /** Why it is refused, in English for programs; pages have the same by its code. */
  reason: string | null;
  /** Whom it is about, by id: what was shown is only applied to the same ones. */
  ids: string[];
};

/** As it is told: the ids are for comparing what was shown only. */
export function shownLine({ line, outcome, organisation, contact, changes, reason }: PlannedLine) {
  return { line, outcome, organisation, contact, changes, reason };
}

/** What whoever gives the file may say: which mail domains are an organisation's, and what is promised to it. */
export type Rights = { domains: boolean; promises: boolean };

export type PlanSettings = { rights: Rights; languages: readonly string[]; policies: readonly string[] };

/**
 * Goes through the file; each line finds what others made before it. A refused line changes nothing. Lines that can only
 * find go last, and those that know organisations by their external ids first: so the file given again finds the same, and
 * what was refused is refused again.
 */
export function planDirectory(rows: DirectoryRow[], model: DirectoryModel, settings: PlanSettings): PlannedLine[] {
  const planned = rows.toSorted((a, b) => rankOf(a) - rankOf(b)).map((row) => planLine(row, model, settings));
  return planned.toSorted((a, b) => a.line - b.line);
}

function rankOf({ cells }: DirectoryRow): number {
  const onlyFinds =
    (cells.organisation === "" && cells.organisation_external_id !== "") || (isPerson(cells) && cells.emails === "");
  return (cells.organisation_external_id === "" ? 1 : 0) + (onlyFinds ? 2 : 0);
}

function isPerson({ name, emails, phone, contact_external_id }: DirectoryRow["cells"]): boolean {
  return [name, emails, phone, contact_external_id].some((cell) => cell !== "");
}

function planLine(row: DirectoryRow, model: DirectoryModel, settings: PlanSettings): PlannedLine {
  const line = new Line(row, model, settings);
  try {
    return line.plan();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    model.undo();
    const { organisation, name, emails } = row.cells;
    const shown = { organisation: organisation || null, contact: name || emails || null };
    return { ...shown, line: row.line, outcome: "refused", changes: [], reason: error.message, ids: [] };
  }
}

/** Why a line is not taken over, as a sentence. Thrown and caught within the planning of one line. */
class Refused extends Error {}

class Line {
  readonly #row: DirectoryRow;
  readonly #model: DirectoryModel;
  readonly #settings: PlanSettings;
  readonly #changes: DirectoryChange[] = [];
  #isMade = false;

  constructor(row: DirectoryRow, model: DirectoryModel, settings: PlanSettings) {
    this.#row = row;
    this.#model = model;
    this.#settings = settings;
  }

  plan(): PlannedLine {
    this.#model.begin();
    const { cells, line } = this.#row;
    const hasPerson = isPerson(cells);
    const organisation = this.#organisation(!hasPerson);
    const contact = hasPerson ? this.#contact(organisation) : null;
    if (organisation === null && contact === null)
      throw new Refused("The line names neither an organisation nor a person.");
    const outcome = this.#isMade ? "made" : this.#changes.length > 0 ? "changed" : "unchanged";
    return {
      ...{ line, outcome, changes: this.#changes, reason: null },
      organisation: organisation?.name ?? null,
      contact: contact === null ? null : contact.name || [...contact.addresses][0]!,
      ids: [organisation?.id, contact?.id].filter((id) => id !== undefined),
    };
  }

  #organisation(isAlone: boolean): OrganisationModel | null {
    const { organisation: name, organisation_external_id: externalId, domains, contract } = this.#row.cells;
    if (name === "" && externalId === "") {
      if (domains !== "" || contract !== "")
        throw new Refused("The line gives domains or a contract to no organisation.");
      return null;
    }
    check(name, 200, "organisation");
    check(externalId, 200, "organisation_external_id");
    const found = this.#findOrganisation(name, externalId);
    const organisation = found ?? this.#model.addOrganisation(name);
    if (found === null) {
      this.#isMade = true;
      this.#once(organisation.id, "name", name, name);
      this.#changes.push({ of: "organisation", field: "name", from: null, to: name });
    } else if (externalId !== "" && name !== "") this.#set("organisation", organisation, "name", name);
    if (externalId !== "") this.#set("organisation", organisation, "externalId", externalId);
    for (const domain of partsOf(domains)) this.#domain(organisation, domain);
    if (contract !== "") this.#contract(organisation, contract);
    if (isAlone) this.#languageAndSees("organisation", organisation);
    return organisation;
  }

  #findOrganisation(name: string, externalId: string): OrganisationModel | null {
    const named = this.#model.organisationsNamed(name);
    if (externalId !== "") {
      const known = this.#model.organisationCalled(externalId);
      if (known) return known;
      if (name === "")
        throw new Refused(`No organisation has the external id "${externalId}", and the line names none.`);
      const nameless = named.filter((each) => each.externalId === null);
      if (nameless.length > 1)
        throw new Refused(`Several organisations are called "${name}". Give one its external id first.`);
      return nameless[0] ?? null;
    }
    if (named.length > 1)
      throw new Refused(`Several organisations are called "${name}". Say which by its external id.`);
    return named[0] ?? null;
  }

  #domain(organisation: OrganisationModel, text: string): void {
    const domain = normalDomain(text.replace(/^@/, ""));
    if (domain === null) throw new Refused(`"${text}" is no mail domain, such as agence.be.`);
    if (isPublicMailProvider(domain))
      throw new Refused(`Anybody can have an address at ${domain}: it makes nobody one of an organisation's people.`);
    const owner = this.#model.organisationAt(domain);
    if (owner === organisation) return;
    if (owner) throw new Refused(`The domain ${domain} was confirmed for another organisation, ${owner.name}.`);
    if (!this.#settings.rights.domains) throw new Refused("With your role you may not confirm mail domains.");
    this.#model.addDomain(organisation, domain);
    this.#changes.push({ of: "organisation", field: "domains", from: null, to: domain });
  }

  #contract(organisation: OrganisationModel, policy: string): void {
    if (!this.#settings.policies.includes(policy)) throw new Refused(`This desk has no policy "${policy}".`);
    if (organisation.policy !== policy && !this.#settings.rights.promises)
      throw new Refused("With your role you may not say which contract an organisation has.");
    this.#set("organisation", organisation, "policy", policy);
  }

  #contact(organisation: OrganisationModel | null): ContactModel {
    const { name, emails, phone, contact_external_id: externalId } = this.#row.cells;
    check(name, 200, "name");
    check(phone, 100, "phone");
    check(externalId, 200, "contact_external_id");
    const addresses = partsOf(emails).map((text) => {
      const address = normalAddress(text);
      if (address === null) throw new Refused(`"${text}" is no mail address.`);
      return address;
    });
    const found = this.#findContact(addresses, externalId);
    if (found === null && addresses.length === 0)
      throw new Refused("Nobody is known by this line, and somebody new needs an address: fill in emails.");
    const contact = found ?? this.#newContact(addresses);
    for (const address of addresses) this.#add(contact, "addresses", address);
    if (externalId !== "") this.#add(contact, "externalIds", externalId);
    if (phone !== "") this.#add(contact, "phones", phone);
    if (name !== "") this.#set("contact", contact, "name", name);
    if (organisation !== null) this.#belong(contact, organisation);
    this.#languageAndSees("contact", contact);
    return contact;
  }

  /** By what another program calls them, then by any address. */
  #findContact(addresses: string[], externalId: string): ContactModel | null {
    const called = externalId === "" ? undefined : this.#model.contactCalled(externalId);
    const owners = [...new Set(addresses.flatMap((address) => this.#model.contactAt(address) ?? []))];
    const found = called ?? owners[0] ?? null;
    if (found === null) return null;
    const other = owners.find((owner) => owner !== found);
    if (other) {
      const theirs = addresses.find((address) => other.addresses.has(address))!;
      throw new Refused(`${theirs} is an address of somebody else. If both are one person, merge them first.`);
    }
    if (externalId !== "" && !called && found.externalIds.size > 0)
      throw new Refused(`Whoever has this address has another external id, "${[...found.externalIds][0]!}".`);
    return found;
  }

  /** As whoever writes for the first time, they belong to the organisation whose domain it is. */
  #newContact(addresses: string[]): ContactModel {
    this.#isMade = true;
    const organisation =
      addresses.map((address) => this.#model.organisationAt(domainOf(address))).find(Boolean) ?? null;
    return this.#model.addContact(organisation?.id ?? null);
  }

  #belong(contact: ContactModel, organisation: OrganisationModel): void {
    this.#once(contact.id, "organisationId", organisation.id, organisation.name);
    if (contact.organisationId === organisation.id) return;
    const before = contact.organisationId === null ? null : this.#model.organisation(contact.organisationId).name;
    this.#changes.push({ of: "contact", field: "organisation", from: before, to: organisation.name });
    this.#model.set(contact, "organisationId", organisation.id);
  }

  #languageAndSees(of: DirectoryChange["of"], row: OrganisationModel | ContactModel): void {
    const { language, sees } = this.#row.cells;
    if (language !== "") {
      const code = language.toLowerCase();
      if (!this.#settings.languages.includes(code))
        throw new Refused(`"${language}" is no language of this desk: ${this.#settings.languages.join(", ")}.`);
      this.#set(of, row, "language", code);
    }
    if (sees === "") return;
    const chosen = SEES.find((each) => each === sees.toLowerCase());
    if (chosen === undefined) throw new Refused(`"${sees}" in the column sees is neither own nor organisation.`);
    this.#set(of, row, "sees", chosen satisfies Sees);
  }

  #add(contact: ContactModel, list: "addresses" | "externalIds" | "phones", value: string): void {
    if (contact[list].has(value)) return;
    this.#model.addTo(contact, list, value);
    this.#changes.push({ of: "contact", field: list, from: null, to: value });
  }

  #set<R extends OrganisationModel | ContactModel>(
    of: DirectoryChange["of"],
    row: R,
    field: keyof R & string,
    to: string,
  ) {
    this.#once(row.id, field, to, to);
    const from = row[field] as string | null;
    if (from === to) return;
    this.#model.set(row, field, to as R[typeof field]);
    this.#changes.push({ of, field, from: from === "" ? null : from, to });
  }

  /** Two lines that say different things would change it to and fro each time that the file is given. */
  #once(id: string, field: string, value: string, shown: string): void {
    const said = this.#model.said(id, field);
    if (said !== undefined && said.value !== value)
      throw new Refused(`Line ${said.line} says "${said.shown}" of the same one, not "${shown}".`);
    this.#model.say(id, field, { value, shown, line: this.#row.line });
  }
}

function check(text: string, most: number, column: string): void {
  if (text.length > most) throw new Refused(`The column ${column} has at most ${most} characters.`);
}
