import type { DraftContent, DraftPlace } from "#lib/api/writing-types.ts";

// What is being written and the service does not have, kept in this browser.

export function readLocally(ticketId: string, place: DraftPlace): DraftContent | null {
  try {
    return JSON.parse(localStorage.getItem(nameOf(ticketId, place)) ?? "null") as DraftContent | null;
  } catch {
    return null; // Storage is forbidden, or something else wrote there.
  }
}

export function keepLocally(ticketId: string, place: DraftPlace, content: DraftContent): void {
  try {
    localStorage.setItem(nameOf(ticketId, place), JSON.stringify(content));
  } catch {
    // Private windows and full storage refuse; the service has it within a second.
  }
}

export function forgetLocally(ticketId: string, place: DraftPlace): void {
  try {
    localStorage.removeItem(nameOf(ticketId, place));
  } catch {
    // Then nothing was kept either.
  }
}

const nameOf = (ticketId: string, place: DraftPlace) => `draft:${ticketId}:${place}`;

/** 128 bits in hex. Not randomUUID(): browsers refuse it on a plain http address in the house. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
