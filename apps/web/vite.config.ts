import adapter from "@sveltejs/adapter-node";
import { sveltekit } from "@sveltejs/kit/vite";
import { defineConfig } from "vite";

// Where `vite dev` finds the API; in production it runs in the same process (src/hooks.server.ts).
const apiUrl = process.env.PERMANENCE_API_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter(),
      csp: {
        mode: "auto",
        // Nothing from outside, nothing inline but what Kit signs with the page's nonce. The frame is that of HTML mail.
        directives: {
          "default-src": ["none"],
          "script-src": ["self"],
          "style-src": ["self"],
          // The one style attribute that Kit writes: it hides what it reads out at each change of page.
          "style-src-attr": ["unsafe-hashes", "sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo="],
          "img-src": ["self", "data:"],
          "font-src": ["self"],
          "connect-src": ["self"],
          "frame-src": ["self"],
          "manifest-src": ["self"],
          "form-action": ["self"],
          "base-uri": ["none"],
          "frame-ancestors": ["none"],
        },
      },
      // Checked by src/lib/forgery.ts, which asks for the same host: behind a proxy that ends TLS, Kit would compare
      // https with http and refuse every form.
      csrf: { trustedOrigins: ["*"] },
      // The pages and the API come from one release of the server.
      version: { pollInterval: 0 },
    }),
  ],
  build: {
    rolldownOptions: { checks: { bundlerTimings: false } },
    // light-dark() and nesting as they are written: the tokens need no second copy for each theme.
    cssTarget: ["chrome125", "firefox128", "safari18"],
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files: each request costs some 300 bytes of headers, and half of the parts would be smaller than that.
            codeSplitting: {
              groups: [
                { name: "svelte", test: /node_modules\/svelte\// },
                { name: "workspace", test: /src\/lib\/(api|components|time|workspace)\// },
              ],
            },
          },
        },
      },
    },
  },
  server: { proxy: { "/api": apiUrl } },
});
