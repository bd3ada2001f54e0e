import { parseArgs } from "node:util";
import { findDesks, findRunningEmbedded, openDatabase, startEmbedded } from "@permanence/database";
import { systemClock } from "@permanence/kernel";
import { fillDesk } from "../apps/server/bench/filled-desk.ts";

/* Fills the one desk of an installation with tickets of two years, to be measured and looked at, never for use:
 * `node tools/fill-desk.ts --data DIR --tickets 1000000 --open 5000`. The installation was started once, has an agent, and no
 * tickets. */

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    tickets: { type: "string", default: "1000000" },
    open: { type: "string", default: "5000" },
  },
});
if (values.data === undefined) throw new Error("Name the data folder: --data DIR");
const log = () => {};
const running = await findRunningEmbedded(values.data);
const started = running === null ? await startEmbedded({ dataDir: values.data, log }) : null;
const { url } = running ?? started!;
const db = await openDatabase({ url, maxConnections: 4, applicationName: "fill-desk" });
try {
  const [deskId, ...others] = await findDesks(db);
  if (deskId === undefined || others.length > 0) throw new Error("The installation must have one desk.");
  const filling = { tickets: Number(values.tickets), open: Number(values.open), until: systemClock.now() };
  await fillDesk(db, deskId, filling, (line) => console.log(line));
} finally {
  await db.close();
  await started?.stop();
}
