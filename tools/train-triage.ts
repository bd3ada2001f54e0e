import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@permanence/kernel";
import { type Labelled, packWeights, readFeatures, score, train, type Weights } from "@permanence/triage";

/* Trains the triage model on mails that are composed of the phrases beside, and writes its weights into the module:
 * `node tools/train-triage.ts`. The same phrases always give the same file. The module's cases are never read here.
 * With --folds it writes nothing, and says how mails are read whose phrases were left out of the training. */

type Phrases = Record<string, string[]>;
const CLASSES = [
  ["urgent.stop", "urgent.impact"],
  ["high.harm", "high.workaround"],
  ["normal.bug", "normal.fine"],
  ["low.ask", "low.soft"],
] as const;
const MAILS_EACH = 720; // Of each language and priority.
const FOLDS = 4;

if (process.argv.includes("--folds")) leavePhrasesOut();
else {
  const mails = composeMails("triage", MAILS_EACH, () => true);
  const text = packWeights(learn(mails));
  writeFileSync(join(import.meta.dirname, "../modules/triage/weights.json"), text);
  console.log(`${mails.length} mails, ${Math.round(text.length / 1000)} kB`);
}

function learn(mails: Labelled[]): Weights {
  const random = seededRandom("triage order");
  return train(mails, { classes: CLASSES.length, rounds: 12, step: 0.25, decay: 0.0001, random });
}

/** A quarter of all phrases is kept for the test, in turn. */
function leavePhrasesOut(): void {
  const read = Array.from({ length: FOLDS }, (_, fold) => {
    const weights = learn(composeMails(`training ${fold}`, 200, (n) => n % FOLDS !== fold));
    return composeMails(`test ${fold}`, 40, (n) => n % FOLDS === fold).map(({ features, label }) => {
      const scores = score(weights, features, CLASSES.length);
      return { label, found: scores.indexOf(Math.max(...scores)) };
    });
  }).flat();
  const share = (of: typeof read) => of.filter(({ label, found }) => label === found).length / of.length;
  console.log(`right               ${share(read).toFixed(3)} of ${read.length}`);
  console.log(`urgent, recall      ${share(read.filter(({ label }) => label === 0)).toFixed(3)}`);
  console.log(`urgent, precision   ${share(read.filter(({ found }) => found === 0)).toFixed(3)}`);
}

/** `each` mails of every language and priority, of the phrases whose numbers `isKnown`. Every main phrase comes in turn;
 *  what surrounds it is drawn. */
function composeMails(seed: string, each: number, isKnown: (n: number) => boolean): Labelled[] {
  const chance = seededRandom(seed);
  const draw = (count: number): number => chance.bytes(4).readUInt32LE() % count;
  const one = (of: readonly string[]): string => of[draw(of.length)]!;
  const compose = (phrases: Phrases, label: number, n: number): Labelled => {
    const [mains, besides] = CLASSES[label]!.map((name) => phrases[name]!.filter((_, at) => isKnown(at)));
    const fill = (phrase: string): string =>
      phrase.replace("{x}", one(phrases["things"]!)).replace("{f}", one(phrases["features"]!));
    const parts = [fill(mains![n % mains!.length]!)];
    if (draw(4) === 0) parts.push(fill(one(mains!)));
    for (let more = draw(3); more > 0; more--) parts.push(one(besides!));
    for (let more = draw(3); more > 0; more--) parts.splice(draw(2) * parts.length, 0, one(phrases["neutral"]!));
    const subject = draw(3) === 0 ? fill(one(mains!)) : one(phrases["subjects"]!);
    return { features: readFeatures({ subject, body: parts.join(draw(2) === 0 ? "\n" : ". ") }).features, label };
  };
  return ["fr", "nl", "en"].flatMap((language) => {
    const phrases = JSON.parse(readFileSync(join(import.meta.dirname, `triage/phrases-${language}.json`), "utf8"));
    return CLASSES.flatMap((_, label) => Array.from({ length: each }, (_, n) => compose(phrases, label, n)));
  });
}
