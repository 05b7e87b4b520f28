// Why something was not done, in words.

/** `what` ("Not sent") and the error's own words: a sentence after it where they begin one, otherwise a part of it. */
export function because(what, { message }) {
  const begins = /^\p{Lu}/u.test(message);
  return begins ? `${what}. ${message}` : `${what}: ${message}`;
}
