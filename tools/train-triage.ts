import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@permanence/kernel";
import { type Labelled, packWeights, readFeatures, train } from "@permanence/triage";

/* Trains the triage model on mails that are composed of the phrases beside, and writes its weights into the module:
 * `node tools/train-triage.ts`. The same phrases always give the same file. The module's cases are never read here. */

type Phrases = Record<string, string[]>;
const CLASSES = [
  ["urgent.stop", "urgent.impact"],
  ["high.harm", "high.workaround"],
  ["normal.bug", "normal.fine"],
  ["low.ask", "low.soft"],
] as const;
const MAILS_EACH = 360; // Of each language and priority.
const SEED = "triage";

const chance = seededRandom(SEED);
const draw = (count: number): number => chance.bytes(4).readUInt32LE() % count;
const one = (of: readonly string[]): string => of[draw(of.length)]!;

const examples = ["fr", "nl", "en"].flatMap((language) => {
  const phrases = JSON.parse(readFileSync(join(import.meta.dirname, `triage/phrases-${language}.json`), "utf8"));
  return CLASSES.flatMap((_, label) => Array.from({ length: MAILS_EACH }, (_, n) => compose(phrases, label, n)));
});
const weights = train(examples, {
  ...{ classes: CLASSES.length, rounds: 12, step: 0.25, decay: 0.0001 },
  random: seededRandom(`${SEED} order`),
});
const text = packWeights(weights);
writeFileSync(join(import.meta.dirname, "../modules/triage/weights.json"), text);
console.log(`${examples.length} mails, ${Math.round(text.length / 1000)} kB`);

/** Every main phrase comes in turn; what surrounds it is drawn. */
function compose(phrases: Phrases, label: number, n: number): Labelled {
  const [main, beside] = CLASSES[label]!;
  const mains = phrases[main]!;
  const fill = (phrase: string): string =>
    phrase.replace("{x}", one(phrases["things"]!)).replace("{f}", one(phrases["features"]!));
  const parts = [fill(mains[n % mains.length]!)];
  if (draw(4) === 0) parts.push(fill(one(mains)));
  for (let more = draw(3); more > 0; more--) parts.push(one(phrases[beside]!));
  for (let more = draw(3); more > 0; more--) parts.splice(draw(2) * parts.length, 0, one(phrases["neutral"]!));
  const subject = draw(3) === 0 ? fill(one(mains)) : one(phrases["subjects"]!);
  return { features: readFeatures({ subject, body: parts.join(draw(2) === 0 ? "\n" : ". ") }).features, label };
}
