/** What a mail may ask of its reader. Each limit stands beside the attack that it ends. */
export const READ_LIMITS = {
  /** 100 MB of quoted-printable: every stage holds a copy. Large mail systems stop at 25 to 50 MB. */
  bytes: 64 * 1024 * 1024,
  /** Headers without end, of one part or scattered over a thousand: they are read as strings, at twice their size. */
  headerBytes: 4 * 1024 * 1024,
  /** A million one-letter fields within the bytes above: each becomes an object. */
  headerFields: 20_000,
  /** 10,000 parts side by side. Real mail has some dozens. */
  parts: 1_000,
  /** 10,000 parts, one in the other: a range is searched once for each level that holds it. */
  depth: 50,
  /** 100,000 recipients: the characters of one address header that are parsed; the rest is left out with a warning. */
  addressHeaderCharacters: 64 * 1024,
  /** A thread of replies without end. RFC 5322 sets no limit; the first id and the newest are what matters. */
  references: 500,
  /** A report of 10,000 recipients: each becomes an object with words of its own. Mail systems stop at some hundred. */
  reportRecipients: 1_000,
  /** A megabyte in the name of a server that checks senders. Real ones write some hundred characters. */
  resultsCharacters: 16_384,
  /** A text nobody reads but every page would carry; the rest stays in the raw mail. */
  textCharacters: 1_000_000,
  /** 60 MB of text in a rare encoding: of a part that is read as text, no more bytes than these are decoded. */
  textPartBytes: 4 * 1024 * 1024,
  /** A page that no browser could show; its text stands for it. */
  htmlCharacters: 2_000_000,
  /** HTML to make text of, where there is no other: about 1 ms for 10 kB. */
  htmlCharactersForText: 1_000_000,
  /** 100,000 elements, one in the other: what walks a page's tree recurses, and closing tags search it. */
  htmlDepth: 400,
  /** A boundary of a megabyte makes each search slow; RFC 2046, section 5.1.1 allows 70. */
  boundaryCharacters: 256,
} as const;

/** Ends a reading from any depth; caught in read-core.ts alone. Its message is a sentence for people. */
export class LimitBroken extends Error {}

export const TOO_LARGE = `It is larger than ${READ_LIMITS.bytes / 1024 / 1024} MB.`;
