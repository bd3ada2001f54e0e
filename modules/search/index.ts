export { readSearchText, type SearchText } from "./query-text.ts";
export {
  configurationOf,
  type EntryKind,
  type EntryMaker,
  type EntrySource,
  MADE,
  markDue,
  markFoundDue,
  writeDueEntries,
} from "./search-index.ts";
export { type Asked, findEntries, type Found } from "./search-ranking.ts";
