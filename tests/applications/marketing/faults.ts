/** What can be broken on purpose: for each check of the suite one fault that it alone finds. */
export const faults = {
  "landing: the home page": "it answers 500",
  "landing: the prices": "the page has no prices",
  "landing: a page that is not there": "it answers 200",
  "customers: sign in first": "it redirects to the home page",
  "customers: the sign-in page is small": "it is 300 kB",
  "customers: scripts are cached": "there is no cache-control",
  "partners: the address moved for good": "it redirects with 302",
  "partners: no other site may frame it": "x-frame-options is missing",
  "partners: the feed": "an entry has no address",
  "health: the API": "its status is degraded",
  "health: the database": "the database is unavailable",
  "health: the queue": "the queue is unavailable",
  "health: the version": "the version is unknown",
  "health: in time": "it takes 6 s",
  "cors: the app may call": "the header authorization is not allowed",
  "cors: other sites may not": "every origin is allowed",
  "auth: none without a key": "the dashboard is open",
  "auth: none with a wrong key": "every key opens it",
  "dashboard: its form": "a date has another form",
  "dashboard: its numbers": "there are no campaigns",
  "segments: the list": "it is empty",
  "segments: one": "it has no members",
  "campaign: it is accepted": "it answers 200",
  "campaign: its job": "the job has no priority",
  "link: it is made": "the address is relative",
  "link: it redirects": "it leads to the home page",
  "worker: the job is done": "the job is never acknowledged",
  "worker: the campaign is delivered": "nothing is delivered",
  "worker: no job has failed": "another job fails",
} as const;

/** A check of the suite. */
export type CheckName = keyof typeof faults;
/** Whether the fault of this check is seeded. */
export type IsBroken = (check: CheckName) => boolean;
