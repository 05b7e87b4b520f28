// The guided walk, as plain data: what each stop says, where it points, what it waits for, and what to say when that has happened. Pure.

const PHOTO = "print the photo";
const stepOf = (run, name) => run?.steps.find((step) => step.name === name);

/**
 * The stops. `anchor` is a list of selectors, of which the first that is in sight is pointed at; `pane` where that is on narrow screens;
 * `done({ run, runs, shared })` whether it has happened: `run` the run of this walk as the log has it, `shared` whether a link was made
 * since; `after` says what happened then. `wants` "share" is left out where the visitor may not share.
 */
const STOPS = [
  {
    id: "run",
    pane: "code",
    anchor: ["#run-button"],
    title: "Run it",
    text: "This workflow writes a postcard, prints its photo, asks you, and sends it. Press Run.",
    done: ({ run }) => run !== undefined && run.steps.length > 0,
    after: "Your code was loaded this very moment. “write the postcard” is done, and it is written down: it will never run twice.",
  },
  {
    id: "crash",
    pane: "run",
    anchor: [".run-menu:not([hidden]) [data-action=crash]", ".run-controls .anchor > .button"],
    title: "Crash it",
    text: "“print the photo” takes a minute. Do not wait: open this menu and press Crash. The isolate is thrown away with all that is in memory, as in a power cut.",
    done: ({ run }) => run?.happenings.some(({ kind }) => kind === "interrupted") === true || stepOf(run, PHOTO)?.state === "completed",
    after: ({ run }) =>
      run.happenings.some(({ kind }) => kind === "interrupted")
        ? "Everything in memory was gone, and the run began again by itself. The first step answered from the journal; only the photo is printed again, as attempt 2."
        : "The photo was printed before it was crashed. The next run can be crashed as well.",
  },
  {
    id: "approve",
    pane: "run",
    anchor: [".prompt .button.primary", ".prompt"],
    title: "Approve it",
    text: "Once the photo is printed the run asks you. While it waits it leaves memory, and could wait for weeks. Press Approve.",
    done: ({ run }) => stepOf(run, "approve the postcard")?.state === "completed" || run?.ended != null,
    after: "Your answer was written down as an event. It woke the run, which went on where its journal ends.",
  },
  {
    id: "share",
    wants: "share",
    pane: "run",
    anchor: ["#share-button"],
    title: "Share it",
    text: "Press Share and create a link. Whoever opens it watches live what you see, and can change nothing.",
    done: ({ shared }) => shared,
    after: "The link shows this session until you revoke it.",
  },
];

/** The stops for whoever may share, or may not. */
export const stopsFor = ({ share }) => STOPS.filter(({ wants }) => wants !== "share" || share);

/** What is said at the end. */
export const END = {
  title: "That is durable execution",
  text: "Each step is done once. Waiting costs nothing. A crash loses nothing. The examples show the rest, one lesson each.",
};

/** What a stop says when it is over. */
export const afterwards = (stop, known) => (typeof stop.after === "function" ? stop.after(known) : stop.after);
