import { error } from "@sveltejs/kit";
import { call } from "#lib/api/call.ts";
import type { TextBlock } from "#lib/api/site-types.ts";
import type { PageServerLoad } from "./$types";

type Text = { title: string; language: string; blocks: TextBlock[] };

export const load: PageServerLoad = async ({ params, fetch, parent }) => {
  const { site, lang } = await parent();
  const path = `/desks/${encodeURIComponent(site.slug)}/texts/${encodeURIComponent(params.name)}?language=${lang}`;
  const text = await call<Text>(fetch, path);
  if (!text.ok) error(text.problem.status || 503, text.problem.detail ?? text.problem.title);
  return { text: text.value };
};
