import type { Context } from "hono";

/** How the cookie of a session is set. @param publicUrl where browsers reach the site */
export function cookieOptions(c: Context, publicUrl: string) {
  const isHttps = publicUrl.startsWith("https:") || c.req.header("x-forwarded-proto") === "https";
  return { path: "/", httpOnly: true, sameSite: "Lax", secure: isHttps } as const;
}
