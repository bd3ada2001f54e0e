import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A file of the project, by its path from the root, with / between folders. */
export type SourceFile = { path: string; text: string };

const NOT_OURS = new Set(["node_modules", "build", ".svelte-kit", ".git", ".cache", "data", "coverage", "paraglide"]);
const SOURCES = /\.(ts|mjs|js|svelte|css|sql|json|md|sh)$/;

/** All that people wrote, without what programs made from it. */
export function readSources(root: string, folder = ""): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : readSources(root, path);
    if (!entry.isFile() || !SOURCES.test(entry.name) || entry.name === "package-lock.json") return [];
    return [{ path, text: readFileSync(join(root, path), "utf8") }];
  });
}

/** The workspace that a file belongs to: "modules/mail", "apps/web", "tests"; "" for the root's own. */
export function workspaceOf(path: string): string {
  return /^((modules|apps)\/[^/]+|tests|tools)\//.exec(path)?.[1] ?? "";
}

/** What a program file imports, statically or not, types included, in the order of the text. */
export function importsOf({ path, text }: SourceFile): string[] {
  if (!/\.(ts|mjs|js|svelte)$/.test(path)) return [];
  const patterns = [
    /^\s*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']\s*\)/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
}

/** The text with comments blanked out, line numbers kept: rules judge code, and comments may name what is banned. */
function codeOf({ path, text }: SourceFile): string {
  const blank = (comment: string) => comment.replaceAll(/[^\n]/g, " ");
  if (path.endsWith(".sql")) return text.replaceAll(/--.*/g, blank);
  return text.replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<![:"'`\w/])\/\/.*/g, blank);
}

/** "path:line: sentence" for each place where the pattern stands in the code. */
export function findInCode(file: SourceFile, pattern: RegExp, sentence: string): string[] {
  const code = codeOf(file);
  return [...code.matchAll(new RegExp(pattern, "g"))].map((match) => {
    const line = code.slice(0, match.index).split("\n").length;
    return `${file.path}:${line}: ${sentence} (${match[0].trim()})`;
  });
}
