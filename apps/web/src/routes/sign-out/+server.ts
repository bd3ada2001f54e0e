import { redirect } from "@sveltejs/kit";
import { keepSession } from "#lib/session.ts";
import type { RequestHandler } from "./$types";

export const POST: RequestHandler = async ({ fetch, cookies }) => {
  keepSession(await fetch("/api/v1/sessions/current", { method: "DELETE" }), cookies);
  redirect(303, "/sign-in");
};
