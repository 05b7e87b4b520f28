// Everything a person can do, by name: what the palette lists, what keys do, and why some of it cannot be done now.

/**
 * A command: `{ id, title, group, keys, refusal, run, hint }`. `title` is what it does, in words; `group` one of "Run", "Step",
 * "Code", "View", "Debug", "Share", "Help" (others are fine); `keys` a list of shortcuts as keys.js reads them ("Mod+Enter", "?"),
 * may be left out; `refusal()` answers null, or why it cannot be done now (the palette shows it), or `HIDDEN` where it makes
 * no sense to name it at all; `run()` does it.
 */
export const HIDDEN = Symbol("hidden");

/** The registry: `{ add, all, get, run }`. */
export function createCommands({ onRefused }) {
  const commands = new Map();

  return {
    /** Add one, or several; answers a function that takes them away again. An id that is there is replaced. */
    add(...list) {
      for (const command of list) commands.set(command.id, { keys: [], refusal: () => null, ...command });
      return () => list.forEach(({ id }) => commands.delete(id));
    },
    /** All that make sense now, in the order in which they were added, each with `why` (null where it can be done). */
    all() {
      const list = [...commands.values()].map((command) => ({ ...command, why: command.refusal() }));
      return list.filter(({ why }) => why !== HIDDEN);
    },
    get: (id) => commands.get(id),
    /** Do it, or say why not. */
    run(id) {
      const command = commands.get(id);
      const why = command === undefined ? HIDDEN : command.refusal();
      if (why === HIDDEN) return undefined;
      return why === null ? command.run() : onRefused(why);
    },
  };
}
