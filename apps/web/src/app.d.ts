import type { LanguageCode } from "#lib/messages/languages.ts";
import type { Theme } from "#lib/preferences.ts";

declare global {
  namespace App {
    interface Locals {
      language: LanguageCode;
      theme: Theme;
    }
  }
}

export {};
