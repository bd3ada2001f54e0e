import type { HandleClientError } from "@sveltejs/kit/hooks";

/** A page that could not be asked for, because there is no connection, says so (routes/+error.svelte). */
export const handleError: HandleClientError = ({ kind, error }) => {
  if (kind === "unknown" && (!navigator.onLine || error instanceof TypeError)) return { status: 599 };
};
