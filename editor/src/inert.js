// HTML read in a document of its own, where nothing is loaded or run: the one place where the editor parses a text.

// The page's policy (Trusted Types) lets no other script of the portal parse one.
const policy = window.trustedTypes?.createPolicy("byline-editor", { createHTML: (html) => html });

/** The body of the HTML. */
export const bodyOf = (html) =>
  new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;
