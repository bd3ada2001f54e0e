import type { IntakeBench, LoadResult, Quantiles } from "./intake-bench.ts";

/** The figures for people. */
export function describeBench(bench: IntakeBench): string[] {
  const memory = bench.peakMemoryMb;
  return [
    "At full load:",
    ...describeLoad(bench),
    "At half load:",
    ...describeLoad(bench.halfLoad),
    ...(memory ? [`Peak memory: ${memory.permanence} MB ours, ${memory.postgresql} MB PostgreSQL`] : []),
  ];
}

function describeLoad(load: LoadResult): string[] {
  return [
    `  ${load.mails} mails in ${load.seconds} s: ${load.mailsPerSecond}/s`,
    `  accepted    ${load.accepted}, after ${describe(load.acceptMs)}`,
    `  registered  ${load.registered}`,
    `  noticed     ${load.noticed}, after ${describe(load.noticeMs)}`,
  ];
}

function describe({ p50, p99 }: Quantiles): string {
  return `${p50} ms (p50), ${p99} ms (p99)`;
}

/** A sentence for each way in which mail was lost; none where all went well. */
export function lossesOf(bench: IntakeBench): string[] {
  return [bench, bench.halfLoad].flatMap(({ mails, accepted, registered, noticed }) =>
    [
      accepted < mails && `${mails - accepted} of ${mails} mails were not accepted. ${bench.refusals[0] ?? ""}`,
      registered !== accepted && `${accepted} mails were accepted, but ${registered} tickets were registered.`,
      noticed !== accepted && `${accepted} mails were accepted, but ${noticed} notices arrived.`,
    ].filter((sentence) => sentence !== false),
  );
}
