export { type DutyPlan, findGaps, type Gap, nextOnDuty, onDutyAt, rotaFor, shiftsOf } from "./duty-plan.ts";
export { type DutyWork, openDuty } from "./duty-work.ts";
export { readAllowedHosts } from "./guarded-request.ts";
export type { Override, Rota, Rotation, Shift } from "./rota.ts";
