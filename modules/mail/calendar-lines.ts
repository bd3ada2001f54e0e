// The lines of iCalendar (RFC 5545, section 3.1) as components and their properties.

export type CalendarProperty = { name: string; params: Map<string, string>; value: string };

export type CalendarComponent = { name: string; properties: CalendarProperty[]; components: CalendarComponent[] };

/** A calendar of years, where one event is asked for. */
const LONGEST_CALENDAR = 512 * 1024;
/** A million components, one in the other. Real ones stand three deep. */
const DEEPEST = 8;

/** The components at the top of a text, however broken it is. Linear in its length. */
export function readComponents(text: string): CalendarComponent[] {
  const root: CalendarComponent = { name: "", properties: [], components: [] };
  const open = [root];
  const unfolded = text.slice(0, LONGEST_CALENDAR).replaceAll(/\r?\n[ \t]/g, "");
  for (const line of unfolded.split(/\r?\n|\r/)) {
    const property = readProperty(line);
    if (property === null) continue;
    const value = property.value.trim().toLowerCase();
    if (property.name === "begin" && open.length <= DEEPEST) {
      const component = { name: value, properties: [], components: [] };
      open.at(-1)!.components.push(component);
      open.push(component);
    } else if (property.name !== "end") open.at(-1)!.properties.push(property);
    else if (open.length > 1 && open.at(-1)!.name === value) open.pop();
  }
  return root.components;
}

/** `DTSTART;TZID="Europe/Brussels":20260601T100000`: names in lower case, quotes gone. */
function readProperty(line: string): CalendarProperty | null {
  const [, name, rest] = /^([\w-]{1,60})((?:[;:]).*)$/s.exec(line) ?? [];
  if (name === undefined || rest === undefined) return null;
  const params = new Map<string, string>();
  let at = 0;
  for (const match of rest.matchAll(/;([\w-]{1,60})=("[^"]*"|[^";:]*)(,("[^"]*"|[^";:,]*))*/gy)) {
    params.set(match[1]!.toLowerCase(), match[2]!.replaceAll('"', ""));
    at = match.index + match[0].length;
  }
  return rest[at] === ":" ? { name: name.toLowerCase(), params, value: rest.slice(at + 1) } : null;
}

/** RFC 5545, section 3.3.11. */
export const unescaped = (value: string): string =>
  value.replaceAll(/\\([\\;,nN])/g, (_, character: string) => (/n/i.test(character) ? "\n" : character));
