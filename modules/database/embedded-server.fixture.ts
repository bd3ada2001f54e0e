// A process for embedded-server.long.test.ts to kill: runs the embedded server of the data folder that it is told.
import { startEmbedded } from "./index.ts";

const { url, stop } = await startEmbedded({
  dataDir: process.argv[2]!,
  log: (sentence) => console.log(JSON.stringify({ sentence })),
});
console.log(JSON.stringify({ url }));
process.once("SIGTERM", () => void stop());
