// The examples that the server has: listed once, fetched when one is opened.

import * as api from "../state/api.js";

let listed = null;

/** All of them in order: `{ id, title, group, shows, try, language, files }`. Asked for again where that failed. */
export function listExamples() {
  listed ??= api.examples().then(
    ({ examples }) => examples,
    (error) => {
      listed = null;
      throw error;
    },
  );
  return listed;
}

/** One with its files: also `{ files, main, payload }`. */
export const getExample = (id) => api.example(id);
