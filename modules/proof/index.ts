export { makeDayHeads, newestHead } from "./day-heads.ts";
export { stampDayHeads } from "./day-stamps.ts";
export { examineProof } from "./proof-check.ts";
export { listPublicKeys } from "./proof-key-store.ts";
export { examinationView, proofRoutes } from "./proof-routes.ts";
export { makeProof } from "./proof-store.ts";
export { PROOF_LANGUAGES, type ProofLanguage } from "./proof-words.ts";
