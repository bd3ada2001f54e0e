import { parentPort, workerData } from "node:worker_threads";
import { SenderDns } from "./sender-dns.ts";
import { type SenderClaim, verifySender } from "./sender-verify.ts";
import type { CheckAnswer } from "./sender-checks.ts";

// What runs on the checking thread: mails side by side, since nearly all of their time is waiting for the DNS.
export type CheckTask = { id: number; bytes: Uint8Array; claim: SenderClaim };
export type CheckThreadData = { servers: string[] | null; limitMs: number | undefined };

const { servers, limitMs } = workerData as CheckThreadData;
const dns = new SenderDns(servers);

parentPort!.on("message", ({ id, bytes, claim }: CheckTask) => {
  const answer = (result: CheckAnswer["result"]) => parentPort!.postMessage({ id, result } satisfies CheckAnswer, []);
  verifySender(bytes, claim, dns, limitMs).then(
    (authentication) => answer({ authentication }),
    (error: unknown) => answer({ failed: (error as Error).message }),
  );
});
