/** For api-document.test.ts: what agents write, as method, address and body. */
export const WRITING_CALLS: [string, string, unknown?][] = [
  ["POST", "/uploads?name=notes.txt", "Rien ne va."],
  ["POST", "/uploads?name=virus.exe", "MZ"],
  ["POST", "/uploads"],
  ["GET", "/uploads/{upload}"],
  ["DELETE", "/uploads/{upload}"],
  ["DELETE", "/uploads/{upload}"],
];
