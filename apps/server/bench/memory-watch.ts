import { readdir, readFile } from "node:fs/promises";

const EVERY_MS = 500;
const KILOBYTES_A_MEGABYTE = 1024;

/** Peaks of proportional memory (PSS) in MB: of our processes together, and of PostgreSQL's. Null where the system has no /proc. */
export type PeakMemory = { permanence: number; postgresql: number } | null;

/** Watches a process and all that descend from it or carry `mark` in their command line, until it is asked for the peaks. */
export function watchMemory(rootPid: number, mark: string): { stop(): Promise<PeakMemory> } {
  const samples: NonNullable<PeakMemory>[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const sample = await measure(rootPid, mark).catch(() => null);
      if (sample) samples.push(sample);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      if (samples.length === 0) return null;
      const peakOf = (name: keyof NonNullable<PeakMemory>) => Math.max(...samples.map((sample) => sample[name]));
      return { permanence: peakOf("permanence"), postgresql: peakOf("postgresql") };
    },
  };
}

type Process = { pid: number; parent: number; isPostgres: boolean; isMarked: boolean };

async function measure(rootPid: number, mark: string): Promise<NonNullable<PeakMemory>> {
  const sums = { permanence: 0, postgresql: 0 };
  for (const { pid, isPostgres } of familyOf(rootPid, await listProcesses(mark))) {
    sums[isPostgres ? "postgresql" : "permanence"] += await pssOf(pid);
  }
  return { permanence: Math.round(sums.permanence), postgresql: Math.round(sums.postgresql) };
}

async function listProcesses(mark: string): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(pids.map((pid) => readProcess(pid, mark).catch(() => null)));
  return processes.filter((process) => process !== null);
}

async function readProcess(pid: number, mark: string): Promise<Process> {
  const [status, commandLine] = await Promise.all([
    readFile(`/proc/${pid}/stat`, "utf8"),
    readFile(`/proc/${pid}/cmdline`, "utf8"),
  ]);
  const [, name = "", parent = "0"] = /^\d+ \((.*)\) \S (\d+)/.exec(status) ?? [];
  return { pid, parent: Number(parent), isPostgres: name === "postgres", isMarked: commandLine.includes(mark) };
}

function familyOf(rootPid: number, processes: Process[]): Process[] {
  const family = new Set(
    processes.filter(({ pid, isMarked }) => pid === rootPid || (isMarked && pid !== process.pid)).map(({ pid }) => pid),
  );
  for (let size = -1; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid }) => family.has(pid));
}

async function pssOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / KILOBYTES_A_MEGABYTE;
}
