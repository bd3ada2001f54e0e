import { call } from "#lib/api/call.ts";
import type { DoorPlate } from "#lib/api/types.ts";
import type { LayoutServerLoad } from "./$types";

/** Whose door it is. Where there are several desks nobody knows yet; the pages do without. */
export const load: LayoutServerLoad = async ({ fetch }) => {
  const desk = await call<DoorPlate>(fetch, "/desk");
  return { desk: desk.ok ? desk.value : null };
};
