import { AsyncLocalStorage } from "node:async_hooks";

type Listener = (line: string) => void;

const storage = new AsyncLocalStorage<Listener>();

/** Runs `work`; what it reports until then, however deep inside, goes to `listener`. */
export function saying<T>(listener: Listener, work: () => Promise<T>): Promise<T> {
  return storage.run(listener, work);
}

/** Reports in one line what is being done or waited for. Never a secret: it is shown to the user. */
export function say(line: string): void {
  storage.getStore()?.(line);
}
