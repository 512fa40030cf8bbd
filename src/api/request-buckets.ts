/** Upper bounds of the histogram of requests, in seconds: in memory, in the database and in its declaration. */
export const requestBuckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const;
