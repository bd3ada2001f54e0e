import { type Invitation, readInvitation } from "./calendar-invitation.ts";
import { decodeText } from "./mime-charset.ts";
import { type Entity, fieldOf } from "./mime-entity.ts";
import { decodeBody } from "./mime-transfer.ts";

/** The first invitation among parts; null where there is none. */
export function invitationIn(parts: Entity[]): Invitation | null {
  for (const part of parts.filter(isCalendar).slice(0, MOST_CALENDARS)) {
    const source = part.body.subarray(0, LONGEST_SOURCE);
    const { bytes } = decodeBody(source, fieldOf(part, "content-transfer-encoding") ?? "");
    const invitation = readInvitation(decodeText(bytes, part.type.params.get("charset") ?? "utf-8").text);
    if (invitation !== null) return invitation;
  }
  return null;
}

/** A mail of a thousand calendars without an event; programs send an invitation twice, in two ways. */
const MOST_CALENDARS = 4;
const LONGEST_SOURCE = 1024 * 1024;

const isCalendar = ({ type }: Entity): boolean => type.value === "text/calendar" || type.value === "application/ics";
