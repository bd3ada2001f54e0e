import { safePage, type PageChoice, type SafePage } from "./sanitiser-page.ts";

export type SanitiserQuestion = { html: string; choice: PageChoice };

// What runs in the sanitiser's process: one page after the other, until its parent ends it or goes away.
process.on("message", ({ html, choice }: SanitiserQuestion) => {
  process.send!(safePage(html, choice) satisfies SafePage);
});
process.send!("ready");
process.on("disconnect", () => process.exit(0));
