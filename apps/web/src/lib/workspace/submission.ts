import { goto } from "$app/navigation";
import type { SubmitFunction } from "$app/forms";
import type { Problem } from "#lib/api/types.ts";

type Outcome = {
  /** Before it is sent; false stops it. */
  begin?: () => boolean | void;
  done?: (data: Record<string, unknown>) => void | Promise<void>;
  failed: (problem: Problem) => void | Promise<void>;
  end?: () => void;
};

/** A form that is sent without leaving the page. Whatever happens, what was typed stays until `done` clears it: a lost
 *  connection is a problem told beside the form, never an error page in its place. */
export function submission({ begin, done, failed, end }: Outcome): SubmitFunction {
  return ({ cancel }) => {
    if (begin?.() === false) return cancel();
    return async ({ result }) => {
      if (result.type === "redirect") await goto(result.location, { refreshAll: true });
      else if (result.type === "success") await done?.(result.data ?? {});
      else if (result.type === "failure")
        await failed((result.data?.problem as Problem) ?? { status: result.status, title: "" });
      else await failed({ status: navigator.onLine ? result.error.status : 0, title: result.error.message });
      end?.();
    };
  };
}
