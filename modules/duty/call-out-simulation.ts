import { assert, type Instant, instant, type Random, seededRandom } from "@permanence/kernel";
import { acknowledge, advance, handOver, type Judging, notSent, openCallOut, take } from "./call-out.ts";
import type { CallOut, Duty, Facts, Step } from "./call-out-case.ts";
import { type DutyPlan, nextOnDuty, onDutyAt, shiftAt } from "./duty-plan.ts";
import { type DeliveryState, isAbandoned, isLost } from "./page-delivery.ts";
import type { Override, Rota, Rotation } from "./rota.ts";

// One urgent ticket in a world where everything goes wrong: people who do not answer, channels that fail, swaps in the
// middle of it, a rota that is edited at 2.59 on the night the clocks change, jobs that are killed, late and doubled.

const MINUTE_MS = 60_000;
const SETTINGS = { repeatMs: 5 * MINUTE_MS, triesPerLevel: 2, comeBackMs: 30 * MINUTE_MS };
/** A job that was killed is found by a sweep so much later, at most. */
const LAG_MS = 30_000;
const PEOPLE = ["anne", "bob", "carl", "dora", "lead"];
const WEEKLY: Rotation = {
  people: ["anne", "bob"],
  since: "2026-03-02",
  days: ["mon"],
  at: ["09:00"],
  hours: "always",
};
const ROTA: Rota = {
  ...{ name: "urgent", priorities: ["urgent"], cover: "always", timeZone: "Europe/Brussels" },
  levels: [[WEEKLY], [{ ...WEEKLY, people: ["carl", "dora"] }]],
};

/** What a run shows, for those who judge it. Every violation is a sentence. */
type Ran = { violations: string[]; steps: number; sends: number; acknowledged: number; lost: number };

type Delivery = {
  step: number;
  agentId: string;
  channel: number;
  state: DeliveryState;
  begunAt: Instant;
  sends: number;
};

/** Nights and days around the one on which clocks go forward. */
export function simulateMany(seeds: number) {
  const total = { steps: 0, sends: 0, acknowledged: 0, lost: 0 };
  const violations: string[] = [];
  for (let seed = 0; seed < seeds; seed++) {
    const start = instant(Date.UTC(2026, 2, 28, 20) + (seed % 48) * 30 * MINUTE_MS);
    const ran = simulate(seededRandom(`duty ${seed}`), { start, hours: 8 });
    for (const each of ran.violations.slice(0, 1)) violations.push(`seed ${seed}: ${each}`);
    for (const key of ["steps", "sends", "acknowledged", "lost"] as const) total[key] += ran[key];
  }
  return { total, violations };
}

function simulate(random: Random, { start, hours }: { start: Instant; hours: number }): Ran {
  const world = new SimulatedDesk(random, start);
  const end = start + hours * 60 * MINUTE_MS;
  while (world.now < end) world.live();
  return world.ran;
}

class SimulatedDesk {
  readonly ran: Ran = { violations: [], steps: 0, sends: 0, acknowledged: 0, lost: 0 };
  now: Instant;
  readonly #random: Random;
  #plan: DutyPlan = { rotas: [ROTA], overrides: [], agentIds: new Set(PEOPLE) };
  #callOut: CallOut;
  #deliveries: Delivery[] = [];
  #stepNumbers = new Set<number>();
  #isOpen = true;
  #customerAt: Instant;
  #reply: Facts["reply"] = null;
  #callAt: Instant | null;
  /** How likely each thing is to go wrong in this world. */
  readonly #failing: number;
  readonly #answering: number;

  constructor(random: Random, start: Instant) {
    this.#random = random;
    this.now = start;
    this.#customerAt = start;
    this.#callAt = this.#chance(0.5) ? instant(start + 15 * MINUTE_MS) : null;
    this.#failing = [0, 0.3, 1][this.#below(3)]!;
    this.#answering = [0, 0.02, 0.2][this.#below(3)]!;
    this.#callOut = openCallOut("paging", start, start);
    this.#run();
  }

  /** The next thing that happens, be it due or by chance. */
  live(): void {
    const pauseMs = 1_000 + this.#below(4 * MINUTE_MS);
    const byChance = instant(this.now + pauseMs);
    const { nextAt } = this.#callOut;
    const dueAt = nextAt === null ? byChance : instant(Math.max(nextAt, this.now) + this.#below(LAG_MS));
    this.now = dueAt < byChance ? dueAt : byChance;
    if (dueAt >= byChance) this.#happen();
    this.#run();
    if (this.#chance(0.2)) this.#run(); // A job that is doubled.
    this.#judge();
  }

  /** The job that carries the call-out on, and those that send; each may be killed before or after its commit. */
  #run(): void {
    const { callOut, steps } = advance(this.#callOut, this.#facts(), this.#judging());
    this.#callOut = callOut;
    this.#keep(steps);
    for (const delivery of this.#deliveries) this.#send(delivery);
    this.#tellLost();
  }

  #keep(steps: readonly Step[]): void {
    for (const { number, kind, agentIds } of steps) {
      if (this.#stepNumbers.has(number)) this.#violated(`step ${number} came twice`);
      this.#stepNumbers.add(number);
      this.ran.steps++;
      if (kind === "call-customer") this.#callAt = null;
      for (const agentId of agentIds)
        for (const channel of [0, 1])
          this.#deliveries.push({ step: number, agentId, channel, state: "queued", begunAt: this.now, sends: 0 });
    }
  }

  #send(delivery: Delivery): void {
    if (delivery.state === "begun" && isAbandoned("push", delivery.begunAt, this.now)) delivery.state = "failed";
    if (delivery.state !== "queued") return;
    delivery.state = "begun";
    delivery.begunAt = this.now;
    if (this.#chance(0.05)) return; // Killed before it sent.
    const isSent = !this.#chance(this.#failing);
    if (isSent) {
      delivery.sends++;
      this.ran.sends++;
      if (delivery.sends > 1) this.#violated(`step ${delivery.step} was sent twice`);
    }
    if (this.#chance(0.05)) return; // Killed before it could say so.
    delivery.state = isSent ? "sent" : "failed";
  }

  #tellLost(): void {
    const ofStep = this.#deliveries.filter(({ step }) => step === this.#callOut.pagedStep);
    if (!isLost(ofStep.map(({ state }) => state))) return;
    this.ran.lost++;
    this.#callOut = notSent(this.#callOut, this.#callOut.pagedStep, this.#judging());
  }

  #happen(): void {
    const who = PEOPLE.slice(this.#below(PEOPLE.length)).find((agentId) => this.#plan.agentIds.has(agentId));
    if (who === undefined) return;
    const judging = this.#judging();
    if (this.#chance(this.#answering)) this.#acknowledged(acknowledge(this.#callOut, who, judging));
    if (this.#chance(this.#answering / 4)) this.#reply = { at: this.now, agentId: who };
    if (this.#chance(0.02)) this.#customerAt = this.now;
    if (this.#chance(0.02)) this.#acknowledged(take(this.#callOut, who, judging));
    if (this.#chance(0.02)) this.#handOver(who, judging);
    if (this.#chance(0.1)) this.#swap(who);
    if (this.#chance(0.05)) this.#edit();
    if (this.#chance(0.002)) this.#isOpen = false;
  }

  #acknowledged(callOut: CallOut | null): void {
    if (callOut === null) return;
    this.#callOut = callOut;
    this.ran.acknowledged++;
  }

  #handOver(to: string, judging: Judging): void {
    const handed = handOver(this.#callOut, to, judging);
    if (handed === null) return;
    this.#callOut = handed.callOut;
    this.#keep(handed.steps);
  }

  #swap(agentId: string): void {
    const until = instant(this.now + (1 + this.#below(12)) * 60 * MINUTE_MS);
    const level = this.#below(2);
    const swap: Override = {
      overrideId: `${this.now}`,
      rota: "urgent",
      level,
      agentId,
      from: this.now,
      until,
      swapId: null,
    };
    const kept = this.#plan.overrides.filter((each) => each.level !== level || each.until <= this.now);
    this.#edited({ ...this.#plan, overrides: [...kept, swap] });
  }

  /** Others on the rota, other handovers, a rotation without people, somebody who leaves the desk or comes back. */
  #edit(): void {
    const people = PEOPLE.filter(() => this.#chance(0.5));
    const at = [["09:00"], ["02:59"], ["02:30", "14:30"]][this.#below(3)]!;
    const days = this.#chance(0.5) ? (["mon"] as const) : (["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const);
    const first = { ...WEEKLY, people, at, days };
    const agentIds = new Set(PEOPLE.filter(() => this.#chance(0.8)));
    const levels = this.#chance(0.5) ? [[first]] : [[first], ...ROTA.levels.slice(1)];
    this.#edited({ ...this.#plan, rotas: [{ ...ROTA, levels }], agentIds });
  }

  /** Whoever changes a plan has the call-outs that run looked at. */
  #edited(plan: DutyPlan): void {
    this.#plan = plan;
    if (this.#callOut.nextAt !== null) this.#callOut = { ...this.#callOut, nextAt: this.now };
  }

  #facts(): Facts {
    const isAnswered = this.#reply !== null && this.#reply.at > this.#customerAt;
    const [reply, callAt] = [this.#reply, this.#callAt];
    return { isWanted: this.#isOpen, isUrgent: true, isConfirmed: true, isTaken: false, isAnswered, reply, callAt };
  }

  #judging(): Judging {
    const plan = this.#plan;
    const [rota] = plan.rotas;
    assert(rota !== undefined, "there is a rota");
    const duty: Duty = {
      levels: rota.levels.length,
      at: (level, now) => shiftAt(plan, rota, level, now)?.agentId ?? null,
      changesAt: (now) => {
        const current = onDutyAt(plan, rota, 0, now);
        return current === null ? nextOnDuty(plan, rota, 0, now) : current.until;
      },
      others: () => [...plan.agentIds].filter((agentId) => agentId === "lead"),
      isAgent: (agentId) => plan.agentIds.has(agentId),
      worksUntil: () => null,
    };
    return { duty, settings: SETTINGS, now: this.now };
  }

  /** An urgent ticket is never without a page in flight, an acknowledgement to come back to, or a reply. */
  #judge(): void {
    const callOut = this.#callOut;
    const { duty } = this.#judging();
    if (!this.#isOpen) return void (callOut.state === "ended" || this.#violated("it runs on when nobody is wanted"));
    const inTime = callOut.stepAt - this.now;
    if (callOut.nextAt === null || callOut.state === "ended")
      return this.#violated("it ended while somebody was wanted");
    if (callOut.state === "paging") {
      if (inTime > SETTINGS.repeatMs) this.#violated("the next step is too far away");
      const known = callOut.paged.filter((agentId) => duty.isAgent(agentId));
      const onDuty = duty.at(0, this.now);
      if (known.length === 0 && duty.others().length > 0) this.#violated("nobody is being called");
      if (onDuty !== null && callOut.target === null && !callOut.paged.includes(onDuty))
        this.#violated("who is on duty is not called");
    } else if (callOut.state === "acknowledged") {
      if (inTime > SETTINGS.comeBackMs) this.#violated("it comes back too late");
      if (callOut.holderId === null || !duty.isAgent(callOut.holderId)) this.#violated("it is with nobody");
    } else if (callOut.state === "in-hands") {
      if (this.#reply === null || this.#reply.at <= this.#customerAt) this.#violated("nobody replied to the customer");
      const onDuty = duty.at(0, this.now);
      if (onDuty !== null && onDuty !== callOut.dutyId && onDuty !== callOut.holderId)
        this.#violated("the shift ended, and nobody was told");
    } else this.#violated(`an urgent ticket is ${callOut.state}`);
  }

  #violated(what: string): void {
    this.ran.violations.push(`${new Date(this.now).toISOString()}: ${what}`);
  }

  #below(limit: number): number {
    return this.#random.bytes(4).readUInt32BE() % limit;
  }

  #chance(probability: number): boolean {
    return this.#below(1_000_000) < probability * 1_000_000;
  }
}
