import { redirect } from "@sveltejs/kit";
import { keepSession } from "#lib/session.ts";
import type { RequestHandler } from "./$types";

export const POST: RequestHandler = async ({ fetch, cookies, params }) => {
  keepSession(await fetch("/api/v1/my/session", { method: "DELETE" }), cookies);
  redirect(303, `/${params.lang}`);
};
