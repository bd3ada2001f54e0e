// What a file is that somebody hands over: nothing that its sender says of it is believed where it matters.

/** Files that are programs, or start one when they are opened. Mail that carries one is refused by large providers
 *  anyway (Gmail Help, "File types blocked in Gmail"). */
const PROGRAM_ENDINGS = new Set(
  (
    "ade adp apk app appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg exe hta img ins iso isp jar " +
    "jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 psm1 reg scf scr sct sh shb sys url vb vbe " +
    "vbs vhd vhdx vxd wsc wsf wsh xll"
  ).split(" "),
);

type Beginning = { type: string; at?: number; bytes: string };

/** How files begin (in Latin-1), for the pictures that we show as such. */
const PICTURES: Beginning[] = [
  { type: "image/png", bytes: "\x89PNG\r\n\x1a\n" },
  { type: "image/jpeg", bytes: "\xff\xd8\xff" },
  { type: "image/gif", bytes: "GIF87a" },
  { type: "image/gif", bytes: "GIF89a" },
  { type: "image/webp", at: 8, bytes: "WEBPVP8" },
];

/** Programs of Windows, Linux, macOS (either order of bytes, 32 and 64 bits) and Java. */
const PROGRAMS = [
  "MZ",
  "\x7fELF",
  "\xfe\xed\xfa\xce",
  "\xfe\xed\xfa\xcf",
  "\xce\xfa\xed\xfe",
  "\xcf\xfa\xed\xfe",
  "\xca\xfe\xba\xbe",
];

/** The type to keep a file under. A picture is one by its bytes only; of anything else the sender's word is kept, where it
 *  has the form of a type and names nothing that mail programs take apart. */
export function typeOf(bytes: Uint8Array, claimed: string): string {
  const head = Buffer.from(bytes.subarray(0, 32)).toString("latin1");
  const picture = PICTURES.find(({ at = 0, bytes: beginning }) => head.startsWith(beginning, at));
  if (picture) return picture.type;
  const [type = ""] = claimed.toLowerCase().split(";", 1);
  const isType = /^[a-z0-9][a-z0-9.+-]{0,60}\/[a-z0-9][a-z0-9.+-]{0,80}$/.test(type.trim());
  return isType && !/^(?:image\/(?:png|jpe?g|gif|webp)|message\/|multipart\/)/.test(type.trim())
    ? type.trim()
    : "application/octet-stream";
}

/** Whether a file is a program: by the end of its name, or by how it begins, whatever it calls itself. */
export function isProgram(name: string, bytes: Uint8Array): boolean {
  const ending = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (PROGRAM_ENDINGS.has(ending)) return true;
  const head = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return PROGRAMS.some((beginning) => head.startsWith(beginning));
}

const LONGEST_NAME = 180;

/** A file's name without what could mislead: folders, control characters, marks that turn the direction of writing
 *  ("exe.gpj" would read "jpg.exe"), and the dots and spaces at its end that Windows drops. */
export function fileName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1)!;
  const clean = last
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029"<>|:*?]+/gu, "")
    .replace(/[\s.]+$/, "")
    .trim();
  if (clean === "") return "file";
  const [, stem, ending] = /^(.*?)(\.[^.]{1,16})?$/su.exec(clean) ?? [];
  return `${stem!.slice(0, LONGEST_NAME)}${ending ?? ""}`.toWellFormed();
}
