import { textOfHtml } from "./html-text.ts";
import type { BodyParts } from "./mime-body.ts";
import { decodeText } from "./mime-charset.ts";
import { type Entity, fieldOf } from "./mime-entity.ts";
import { joinFlowedLines } from "./mime-flowed.ts";
import { openArmor } from "./mime-armor.ts";
import { storable } from "./mime-text.ts";
import { decodeBody } from "./mime-transfer.ts";
import { type EmbeddedFile, takeUuFiles } from "./mime-uuencode.ts";
import { READ_LIMITS } from "./read-limits.ts";

export type Content = {
  text: string;
  /** Null where no part is HTML. */
  html: string | null;
  /** What stood in the text and is none. */
  files: EmbeddedFile[];
  /** By OpenPGP's lines within the text. */
  armor: "signed" | "encrypted" | null;
};

type DecodedPart = { isHtml: boolean; text: string; files: EmbeddedFile[] };

/** The words of a message: each part decoded once, then joined as text and as a page. */
export function readContent(body: BodyParts, warnings: Set<string>): Content {
  const decoded = new Map<Entity, DecodedPart>();
  for (const part of new Set([...body.text, ...body.html])) decoded.set(part, decodePart(part, warnings));
  const textIn = (parts: Entity[]): string => parts.map((part) => textOf(decoded.get(part)!)).join("\n");
  const plain = textIn(body.text);
  const opened = openArmor(plain.trim() === "" ? textIn(body.html) : plain); // Some programs leave the text empty.
  const page = pageOf(
    body.html.map((part) => decoded.get(part)!),
    warnings,
  );
  return {
    text: shortened(opened.text, warnings),
    html: opened.protection === "encrypted" ? null : page,
    files: [...[...decoded.values()].flatMap(({ files }) => files), ...opened.files],
    armor: opened.protection,
  };
}

function decodePart(part: Entity, warnings: Set<string>): DecodedPart {
  const isHtml = part.type.value === "text/html";
  const { bytes, files, repair, isCut } = contentOf(part, isHtml);
  const declared = part.type.params.get("charset") ?? (isHtml ? charsetInPage(bytes) : null);
  const decoded = decodeText(bytes, declared);
  for (const damage of isCut ? [TEXT_CUT] : [repair, decoded.repair]) if (damage !== null) warnings.add(damage);

  const text = storable(decoded.text.replaceAll(/\r+\n?/g, "\n"));
  if (part.type.params.get("format")?.toLowerCase() !== "flowed" || isHtml) return { isHtml, text, files };
  const deletesSpace = part.type.params.get("delsp")?.toLowerCase() === "yes";
  return { isHtml, text: joinFlowedLines(text, deletesSpace), files };
}

type PartContent = {
  bytes: Uint8Array;
  files: EmbeddedFile[];
  repair: string | null;
  /** Maybe within a character: that is no damage of the sender's. */
  isCut: boolean;
};

/** A part's bytes, apart from the files that old programs wrote into its text. */
function contentOf(part: Entity, isHtml: boolean): PartContent {
  const encoding = fieldOf(part, "content-transfer-encoding") ?? "";
  const source = part.body.subarray(0, READ_LIMITS.textPartBytes);
  const isCut = source.length < part.body.length;
  const { bytes, repair } = decodeBody(source, encoding);
  if (isHtml || !asBuffer(bytes).includes("begin ")) return { bytes, files: [], repair, isCut };

  const taken = takeUuFiles(asBuffer(isCut ? decodeBody(part.body, encoding).bytes : bytes));
  if (taken === null) return { bytes, files: [], repair, isCut };
  const { rest, files, isFileCut } = taken;
  const text = rest.subarray(0, READ_LIMITS.textPartBytes);
  return { bytes: text, files, repair: isFileCut ? FILE_CUT : repair, isCut: text.length < rest.length };
}

const FILE_CUT = "A file within the text is cut off.";

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** HTML, section "prescan": a `meta` near the beginning names the charset where the mail does not. */
function charsetInPage(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 2048)).toString("latin1");
  return /<meta[^>]{0,200}charset\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})/i.exec(head)?.[1] ?? null;
}

const textOf = ({ isHtml, text }: DecodedPart): string => (isHtml ? textOfHtml(text) : text);

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function pageOf(parts: DecodedPart[], warnings: Set<string>): string | null {
  if (!parts.some(({ isHtml }) => isHtml)) return null;
  const page = parts.map(({ isHtml, text }) => (isHtml ? text : htmlOf(text))).join("\n");
  if (page.length <= READ_LIMITS.htmlCharacters) return page;
  warnings.add("The page is too large to be shown; its text is shown instead.");
  return null;
}

function htmlOf(text: string): string {
  return `<div style="white-space: pre-wrap">${text.replaceAll(/[&<>]/g, (character) => ENTITIES[character]!)}</div>`;
}

const TEXT_CUT = "The text is very long; only its beginning is shown. All of it is in the mail as it came.";

function shortened(text: string, warnings: Set<string>): string {
  if (text.length <= READ_LIMITS.textCharacters) return text;
  warnings.add(TEXT_CUT);
  return text.slice(0, READ_LIMITS.textCharacters).toWellFormed();
}
