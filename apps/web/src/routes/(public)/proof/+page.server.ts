import { fail } from "@sveltejs/kit";
import type { ProofExamination } from "#lib/api/types.ts";
import type { Actions } from "./$types";

export const actions: Actions = {
  /** The file's bytes go to the API as they are. */
  default: async ({ request, fetch, locals }) => {
    const file = await request
      .formData()
      .then((form) => form.get("file"))
      .catch(() => "too-large" as const); // The server cuts off what is longer than it takes.
    if (file === "too-large") return fail(413, { wrong: "tooLarge" as const });
    if (!(file instanceof File) || file.size === 0) return fail(400, { wrong: "missing" as const });
    const answer = await fetch(`/api/v1/proof-examinations?language=${locals.language}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: await file.arrayBuffer(),
    });
    if (!answer.ok) return fail(503, { wrong: "failed" as const });
    return { examination: (await answer.json()) as ProofExamination };
  },
};
