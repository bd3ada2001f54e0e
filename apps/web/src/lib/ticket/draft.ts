/** What is being written on a ticket, kept in this browser until it is sent. `key` is its Idempotency-Key: however often
 *  it is sent, it arrives once. */
export type Draft = { kind: "agent" | "note"; text: string; state: string; key: string };

export function newDraft(): Draft {
  return { kind: "agent", text: "", state: "waiting", key: newKey() };
}

export function readDraft(ticketId: string): Draft {
  try {
    const kept = JSON.parse(localStorage.getItem(nameOf(ticketId)) ?? "null") as Partial<Draft> | null;
    return { ...newDraft(), ...kept };
  } catch {
    return newDraft(); // Storage is forbidden, or something else wrote there.
  }
}

/** Returns whether it could be kept: private windows and full storage refuse. */
export function keepDraft(ticketId: string, draft: Draft): boolean {
  try {
    if (draft.text === "") localStorage.removeItem(nameOf(ticketId));
    else localStorage.setItem(nameOf(ticketId), JSON.stringify(draft));
    return draft.text !== "";
  } catch {
    return false;
  }
}

const nameOf = (ticketId: string) => `draft:${ticketId}`;

/** 128 bits in hex. Not randomUUID(): browsers refuse it on a plain http address in the house. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
