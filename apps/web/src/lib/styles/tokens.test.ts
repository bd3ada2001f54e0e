import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

// Contrast by WCAG 2.2 (1.4.3, 1.4.11), reckoned from the tokens themselves: OKLCH to linear sRGB (Ottosson, 2020),
// then relative luminance.

const css = readFileSync(new URL("tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([\w-]+):[^;]*?light-dark\((oklch\([^)]*\)), (oklch\([^)]*\))\)/g)].map(
    ([, name, light, dark]) => [name!, { light: light!, dark: dark! }],
  ),
);

function luminance(oklch: string): number {
  const [l, c, h] = oklch.match(/[\d.]+/g)!.map(Number) as [number, number, number];
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short;
  const green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short;
  const blue = -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short;
  const shown = (channel: number) => Math.min(1, Math.max(0, channel));
  return 0.2126 * shown(red) + 0.7152 * shown(green) + 0.0722 * shown(blue);
}

function contrast(one: string, other: string, theme: "light" | "dark"): number {
  const [dark, light] = [luminance(tokens.get(one)![theme]), luminance(tokens.get(other)![theme])].toSorted(
    (a, b) => a - b,
  ) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const GROUNDS = ["paper", "paper-sunken", "paper-raised", "paper-note", "paper-hover", "paper-selected"];
const TEXTS = ["ink", "ink-soft", "accent", "accent-hover", "urgent", "high", "normal", "low", "done"];
const FILLED = { "accent-ink": ["accent", "accent-hover"], "signal-ink": ["urgent", "high", "normal", "done"] };

test("the reckoning itself: black on white is 21, and known colours have their known luminance", () => {
  expect(luminance("oklch(1 0 0)")).toBeCloseTo(1, 3);
  expect(luminance("oklch(0.627955 0.257683 29.2339)")).toBeCloseTo(0.2126, 3); // #f00
});

test.each(["light", "dark"] as const)("%s: every text can be read on every ground", (theme) => {
  for (const text of TEXTS)
    for (const ground of GROUNDS)
      expect.soft(contrast(text, ground, theme), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  for (const [ink, grounds] of Object.entries(FILLED))
    for (const ground of grounds)
      expect.soft(contrast(ink, ground, theme), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
});

test.each(["light", "dark"] as const)("%s: the edge of a field can be seen", (theme) => {
  for (const ground of ["paper", "paper-raised", "paper-sunken"])
    expect.soft(contrast("line-strong", ground, theme), ground).toBeGreaterThanOrEqual(3);
});
