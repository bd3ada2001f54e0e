import { decodeText } from "./mime-charset.ts";
import { type Entity, fieldOf } from "./mime-entity.ts";
import { storable } from "./mime-text.ts";
import { decodeBody } from "./mime-transfer.ts";
import { readReturnedMail, type ReturnedMail } from "./report-opening.ts";

/** RFC 3464 (delivery-status), RFC 8098 (disposition-notification), RFC 5965 (feedback-report); "global" is RFC 6533. */
export type ReportPart = "delivery-status" | "disposition-notification" | "feedback-report";

/** A part of a report beyond this is not read: 1,000 recipients with long diagnostics. */
const LONGEST_PART_BYTES = 1_000_000;

/** A thousand parts of fields, each of a megabyte. */
const MOST_PARTS = 4;

/** The text of all parts of one kind; null where there is none. Some systems put their words into a part of fields. */
export function textOfParts(root: Entity, kind: ReportPart): string | null {
  const wanted = new RegExp(`^message/(?:global-)?${kind}$`);
  const parts = allOf(root, ({ type }) => wanted.test(type.value)).slice(0, MOST_PARTS);
  return parts.length === 0 ? null : parts.map(textOf).join("\n\n");
}

/** A mail that is given back, whole or its header, or a part of it (RFC 2046, section 5.2.2). */
const RETURNED = /^(?:message\/(?:rfc822|global|partial|global-headers)|text\/(?:x-)?rfc822-headers?)$/;

/** The header of the mail that is given back as a part; systems that know no types begin the part with it. Null
 *  where there is none. */
export function returnedMailOf(root: Entity): ReturnedMail | null {
  const [part] = allOf(root, ({ type }) => RETURNED.test(type.value));
  if (part !== undefined) return readReturnedMail(textOf(part));
  const bare = root.parts.find((each) => fieldOf(each, "received") !== null);
  if (bare === undefined) return null;
  return readReturnedMail(bare.fields.map(({ name, value }) => `${name}: ${value}`).join("\n"));
}

function allOf(entity: Entity, isWanted: (entity: Entity) => boolean): Entity[] {
  if (isWanted(entity)) return [entity];
  return entity.parts.flatMap((part) => allOf(part, isWanted));
}

function textOf(part: Entity): string {
  const { bytes } = decodeBody(
    part.body.subarray(0, LONGEST_PART_BYTES),
    fieldOf(part, "content-transfer-encoding") ?? "",
  );
  return storable(decodeText(bytes, part.type.params.get("charset") ?? null).text.replaceAll(/\r+\n?/g, "\n"));
}
