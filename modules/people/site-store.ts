import { type DeskId, putBlob, readBlob, type Tx } from "@permanence/database";

// What a desk shows of itself on its public site.

export type DeskPage = { name: string; language: string; title: string; body: string };

/** A picture that browsers show. */
export type Logo = { type: LogoType; bytes: Buffer };

export type Brand = {
  /** "#rrggbb"; null: as desk.yaml says. */
  accent: string | null;
  logo: { type: LogoType; sha256: Buffer } | null;
  version: number; // 0: nobody ever set one.
};

export const LOGO_TYPES = ["image/svg+xml", "image/png", "image/webp"] as const;
export type LogoType = (typeof LOGO_TYPES)[number];
export const MOST_LOGO_BYTES = 100_000;

export async function findBrand(tx: Tx, deskId: DeskId): Promise<Brand> {
  const row = await tx
    .selectFrom("desk_brand")
    .select(["accent", "logo_sha256", "logo_type", "version"])
    .where("desk_id", "=", deskId)
    .executeTakeFirst();
  if (row === undefined) return { accent: null, logo: null, version: 0 };
  const { accent, logo_sha256: sha256, logo_type: type, version } = row;
  return { accent, logo: sha256 === null || type === null ? null : { type, sha256 }, version };
}

/** @param change what is missing stays as it is; null takes it away */
export async function saveBrand(
  tx: Tx,
  deskId: DeskId,
  change: { accent?: string | null; logo?: Logo | null },
): Promise<void> {
  const { accent, logo } = change;
  const columns = {
    ...(accent !== undefined && { accent }),
    ...(logo !== undefined && {
      logo_sha256: logo === null ? null : putBlob(tx, deskId, logo.bytes),
      logo_type: logo?.type ?? null,
    }),
  };
  await tx
    .insertInto("desk_brand")
    .values({ desk_id: deskId, accent: null, logo_sha256: null, logo_type: null, version: 1, ...columns })
    .onConflict((conflict) =>
      conflict.column("desk_id").doUpdateSet((row) => ({ ...columns, version: row("desk_brand.version", "+", 1) })),
    )
    .execute();
}

export async function readLogo(tx: Tx, deskId: DeskId): Promise<Logo | null> {
  const { logo } = await findBrand(tx, deskId);
  const bytes = logo === null ? null : await readBlob(tx, deskId, logo.sha256);
  return logo === null || bytes === null ? null : { type: logo.type, bytes };
}

export async function listDeskPages(tx: Tx, deskId: DeskId): Promise<(DeskPage & { version: number })[]> {
  return await tx
    .selectFrom("desk_page")
    .select(["name", "language", "title", "body", "version"])
    .where("desk_id", "=", deskId)
    .orderBy("name")
    .orderBy("language")
    .execute();
}

export async function saveDeskPage(tx: Tx, deskId: DeskId, { name, language, title, body }: DeskPage): Promise<void> {
  await tx
    .insertInto("desk_page")
    .values({ desk_id: deskId, name, language, title, body, version: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(["desk_id", "name", "language"])
        .doUpdateSet((row) => ({ title, body, version: row("desk_page.version", "+", 1) })),
    )
    .execute();
}

export async function removeDeskPage(tx: Tx, deskId: DeskId, name: string, language: string): Promise<boolean> {
  const removed = await tx
    .deleteFrom("desk_page")
    .where("desk_id", "=", deskId)
    .where("name", "=", name)
    .where("language", "=", language)
    .returning("name")
    .executeTakeFirst();
  return removed !== undefined;
}

/** The page in this language, else in the first of the others that it is written in. */
export function pageIn<P extends DeskPage>(pages: P[], name: string, languages: string[]): P | null {
  for (const language of languages) {
    const page = pages.find((each) => each.name === name && each.language === language);
    if (page !== undefined) return page;
  }
  return null;
}
