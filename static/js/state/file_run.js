// Runs that were opened from a file: they are in the page's log and in no server's. Their ids are such as no run can have.

const PREFIX = "file:";

/** The id under which the run of a file is shown. */
export const fileRunId = (id) => `${PREFIX}${id}`;
/** Whether that is the id of a run that was opened from a file. */
export const isFileRun = (id) => typeof id === "string" && id.startsWith(PREFIX);
