import { loadMessages } from "#lib/messages/words.ts";
import type { LayoutLoad } from "./$types";

export const load: LayoutLoad = async ({ data }) => ({ ...data, m: await loadMessages(data.language) });
