import { defineCommand } from "../command.ts";
import { Refusal } from "../refusal.ts";

export const command = defineCommand({
  name: "calendar holidays",
  summary: "Write a country's holidays as lines for a calendar in desk.yaml.",
  usage: "COUNTRY [REGION]",
  description:
    "COUNTRY in two letters, such as BE; REGION as its code, such as BRU. Days that follow no date and no Easter are written for ten years. Keep the lines that your contract counts.",
  uses: { data: false, desk: false },
  options: {
    language: { type: "string", value: "LANGUAGE", default: "en", description: "In which the days are named." },
    all: { type: "boolean", description: "Also those that are no days off by law." },
  },
  arguments: { min: 1, max: 2 },
  async run({ positionals, values, json, print, printJson }) {
    const { holidayRegions, publicHolidays } = await import("@permanence/sla");
    const [country, region] = positionals.map((code) => code.toUpperCase()) as [string, string?];
    const language = values.language ?? "en";
    const regions = await holidayRegions(country, language);
    if (regions === null) throw new Refusal(`No holidays are known of a country "${country}".`);
    const codes = regions.map(({ code }) => code);
    if (region !== undefined && !codes.includes(region))
      throw new Refusal(`No holidays are known of a region "${region}": ${codes.join(", ") || "there are none"}.`);

    const firstYear = new Date().getUTCFullYear();
    const known = await publicHolidays({ country, region }, { language, firstYear });
    const holidays = known.filter(({ kind }) => values.all || kind === "public");
    if (json) printJson(holidays);
    else for (const { name, kind, days } of holidays) for (const day of days) print(lineOf(day, `${name}, ${kind}`));
    return 0;
  },
});

function lineOf({ day, closed }: { day: string; closed?: unknown }, comment: string): string {
  const written =
    closed === undefined ? JSON.stringify(day) : `{ day: ${JSON.stringify(day)}, closed: ${JSON.stringify(closed)} }`;
  return `- ${written} # ${comment}`;
}
