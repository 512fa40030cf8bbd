import { constants } from "node:os";
import { FlyError } from "./errors.ts";

/** What the vendor's document takes for a machine's stop and restart. */
const ofStop = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"] as const;
/** A signal call takes a few more, by name; flyctl's `machine kill` sends the number 9. */
const ofSignal = [
  ...ofStop,
  "SIGABRT",
  "SIGALRM",
  "SIGFPE",
  "SIGILL",
  "SIGPIPE",
  "SIGSEGV",
  "SIGTRAP",
] as const;

export function stopSignal(name: string): NodeJS.Signals {
  return named(name.startsWith("SIG") ? name : `SIG${name}`, ofStop, name);
}

export function anySignal(given: string | number): NodeJS.Signals {
  const name =
    typeof given === "string"
      ? given
      : (Object.entries(constants.signals).find(([, number]) => number === given)?.[0] ?? "");
  return named(name, ofSignal, String(given));
}

function named(name: string, known: readonly NodeJS.Signals[], given: string): NodeJS.Signals {
  const signal = known.find((each) => each === name);
  if (!signal) throw new FlyError(400, `invalid signal ${given}: one of ${known.join(", ")}`);
  return signal;
}
