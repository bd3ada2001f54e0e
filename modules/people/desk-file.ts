import { isMap, isScalar, type Document, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { type DeskFile, deskFileSchema } from "./desk-settings.ts";

/** Why a desk is refused: where ("desk.yaml, line 12: policy.urgent.target") and what is wrong there. */
export type Mistake = { place: string; sentence: string };

export const DESK_FILE = "desk.yaml";

/** A desk.yaml without mistakes, and the place of each of its settings for those that only show elsewhere. */
export type ReadDeskFile = { file: DeskFile; placeOf(path: Path): string };

/** Reads desk.yaml. Every mistake in it is answered, not only the first. */
export function readDeskFile(text: string): ReadDeskFile | { errors: Mistake[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return { errors: document.errors.map(({ pos, message }) => mistake(lines.linePos(pos[0]).line, "", message)) };
  }
  const content: unknown = document.toJS() ?? {};
  const read = deskFileSchema.safeParse(content);
  if (read.success) {
    return { file: read.data, placeOf: (path) => placeIn(lineOf(document, lines, path), path.join(".")) };
  }
  const errors = read.error.issues.flatMap((issue) =>
    placesOf(issue).map((path) =>
      mistake(lineOf(document, lines, path), path.join("."), sentenceOf(issue, content, path)),
    ),
  );
  return { errors };
}

function mistake(line: number, place: string, sentence: string): Mistake {
  return { place: placeIn(line, place), sentence: sentence.replace(/\.?$/, ".") };
}

function placeIn(line: number, place: string): string {
  return `${DESK_FILE}, line ${line}${place && `: ${place}`}`;
}

type Path = (string | number)[];

/** An unknown name is a mistake of its own, at its own place. */
function placesOf(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path as Path;
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...path, key]) : [path];
}

function sentenceOf(issue: z.core.$ZodIssue, content: unknown, path: Path): string {
  const name = nameOf(path);
  const value = valueAt(content, path);
  if (issue.code === "unrecognized_keys" || issue.code === "invalid_key") return `${name} is no setting here`;
  if (value === undefined) return `${name} is missing`;
  const message = issue.message.startsWith("Invalid input") ? "is not of the right kind" : issue.message;
  const shown = typeof value === "object" ? "" : ` (it is ${JSON.stringify(value)})`;
  return `${name} ${message}${shown}`;
}

function nameOf(path: Path): string {
  const name = path.findLast((key) => typeof key === "string");
  if (name === undefined) return "The file";
  return path.at(-1) === name ? `"${name}"` : `An entry of "${name}"`;
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], content);
}

/** The line of the setting, or of the nearest thing around it that is written there. */
function lineOf(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1]!;
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const node = (pair?.key ?? document.getIn(path.slice(0, length), true)) as
      | { range?: [number, ...unknown[]] }
      | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
