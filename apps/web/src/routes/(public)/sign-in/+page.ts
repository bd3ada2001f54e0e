/** Passkeys need a script; all else on this page does without. */
export const csr = true;
