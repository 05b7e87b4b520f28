/** In place of the tables of legacy encodings, which URLs of documents in them need, and ours never are. */
export {};
