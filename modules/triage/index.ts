export { loadCases, loadLaterCases, type TriageCase, type TriageLanguage } from "./cases.ts";
export { type DeskWeights, learnFrom } from "./corrections.ts";
export { readFeatures } from "./features.ts";
export { type Features, type Labelled, score, shares, train, type Weights } from "./linear-model.ts";
export { describeReason, type TriageReason } from "./reasons.ts";
export { packWeights } from "./shipped-weights.ts";
export { type Suggestion, suggestPriority } from "./suggestion.ts";
export type { Priority } from "@permanence/sla";
