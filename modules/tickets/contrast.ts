/** What text must differ by from its ground: WCAG 2.2, success criterion 1.4.3. */
const LEAST_CONTRAST = 4.5;
const STEPS = 50;
/** Black and white are read equally well on it. */
const MIDDLE_GREY = 0.179;

/** The colour, mixed with as much white as it needs to be read on a dark ground, or black on a light one; itself where it needs none.
 *  @param ground,colour as "#rrggbb"; another form of colour is left as it is */
export function legibleOn(ground: string, colour: string): string {
  const [under, own] = [channelsOf(ground), channelsOf(colour)];
  if (under === null || own === null) return colour;
  const towards = luminance(under) > MIDDLE_GREY ? 0 : 255;
  for (let step = 0; step < STEPS; step++) {
    const mixed = own.map((channel) => Math.round(channel + ((towards - channel) * step) / STEPS));
    if (contrast(mixed, under) >= LEAST_CONTRAST)
      return `#${mixed.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
  }
  return towards === 0 ? "#000000" : "#ffffff";
}

/** From 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: number[], other: number[]): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

export function channelsOf(colour: string): number[] | null {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return null;
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

function luminance(channels: number[]): number {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
