import type { Priority } from "#lib/api/types.ts";

/** What an agent types for a customer on the phone. */
export type NewTicket = {
  address: string;
  name: string;
  subject: string;
  text: string;
  priority: Priority;
  reason: string;
  language: string;
};

export type Required = "address" | "subject" | "text";

export const PRIORITIES: Priority[] = ["urgent", "high", "normal", "low"];

export function readNewTicket(form: FormData): NewTicket {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  return {
    address: text("address"),
    name: text("name"),
    subject: text("subject"),
    text: text("text"),
    priority: PRIORITIES.find((priority) => priority === text("priority")) ?? "normal",
    reason: text("reason"),
    language: text("language"),
  };
}

/** Only the plainest of omissions, told at once: whether an address is one is the API's to say. */
export function findMissing(typed: NewTicket): Required[] {
  const isGiven = { address: /^\S+@\S+$/.test(typed.address), subject: typed.subject !== "", text: typed.text !== "" };
  return (["address", "subject", "text"] as const).filter((name) => !isGiven[name]);
}
