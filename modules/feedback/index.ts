import type { Db, DeskId, Task } from "@permanence/database";
import type { World } from "@permanence/kernel";
import { mySuggestionRoutes } from "./my-routes.ts";
import { requeueNews, tellNews } from "./news.ts";
import { publicSuggestionRoutes } from "./public-routes.ts";
import { SUGGESTION_NEWS, type SuggestionNewsJob } from "./state-change.ts";
import { suggestionRoutes } from "./suggestion-routes.ts";
import { ticketLinkRoutes } from "./ticket-link-routes.ts";

export { forgetContact } from "./erasure.ts";
export { readOwnFeedback } from "./own-feedback.ts";

/** What suggestions do by themselves: jobs, and what is looked at from time to time. */
export type FeedbackWork = { tasks: Record<string, Task>; requeue(deskId: DeskId): Promise<void> };

export function openFeedback(db: Db, world: World): FeedbackWork {
  return {
    tasks: { [SUGGESTION_NEWS]: (job: SuggestionNewsJob) => tellNews(db, world, job) },
    requeue: (deskId) => requeueNews(db, world, deskId),
  };
}

/** Every route of this module. */
export function feedbackRoutes() {
  return [publicSuggestionRoutes(), mySuggestionRoutes(), suggestionRoutes(), ticketLinkRoutes()];
}
