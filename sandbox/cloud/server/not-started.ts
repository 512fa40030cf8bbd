/** Begins the line in the clouds' log with the reason why they did not start; the command that waits for them looks for it. */
export const notStarted = "not started: ";
