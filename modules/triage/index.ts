export { loadCases, type TriageCase } from "./cases.ts";
