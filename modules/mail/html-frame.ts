/** For the `sandbox` attribute of the frame and, below, for the document's own policy: nothing runs, the frame has
 *  no origin, and links open beside the desk's page. */
export const MAIL_FRAME_SANDBOX = "allow-popups allow-popups-to-escape-sandbox";

/**
 * Content-Security-Policy of a document that shows sanitised mail: the second wall behind the sanitiser. Pictures
 * are those written into the document; with `remote` also those of the web. (A sandboxed document has no origin, so
 * cookies would not reach pictures of ours: give the sanitiser `data:` addresses for them.)
 */
export function mailFramePolicy({ remote }: { remote: boolean }): string {
  return [
    "default-src 'none'",
    `img-src data:${remote ? " https: http:" : ""}`,
    "style-src 'unsafe-inline'", // Mail is written in style attributes.
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    `sandbox ${MAIL_FRAME_SANDBOX}`,
  ].join("; ");
}

// Mail is written for white paper: dark colours of ours would meet dark letters of theirs.
const PAPER = `
:root { color-scheme: light; background: #fff; }
body { margin: 16px; color: #1d1d1f; font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
img { max-width: 100%; height: auto; }
table { max-width: 100%; }
pre { white-space: pre-wrap; }
blockquote { margin: 0.5em 0 0.5em 0.5em; padding-left: 0.75em; border-left: 2px solid #d0d0d5; }
`;

/** The document for the frame, around a fragment that the sanitiser made. */
export function mailFrameDocument(sanitisedHtml: string, { language }: { language: string }): string {
  const lang = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(language) ? ` lang="${language}"` : "";
  return `<!doctype html>
<html${lang}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title></title>
<style>${PAPER}</style>
</head>
<body>
${sanitisedHtml}
</body>
</html>
`;
}
