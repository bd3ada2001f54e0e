export const LONGEST_SUBJECT = 500;
export const LONGEST_NAME = 200;

/** What pages show of a mail stays short, whatever it declares (a header may have megabytes); the raw mail has it all. */
export function shortened(text: string, longest: number): string {
  const trimmed = text.trim();
  return trimmed.length <= longest
    ? trimmed
    : `${trimmed
        .slice(0, longest - 1)
        .trimEnd()
        .toWellFormed()}…`;
}
