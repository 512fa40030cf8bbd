import type { WriteStream } from "node:tty";
import type { Colors } from "../../cli/progress/colors.ts";
import { colorsFor } from "../../cli/progress/colors.ts";
import type { PartResult, PartsView } from "./run-parts.ts";

type Output = Pick<WriteStream, "write"> & { readonly isTTY?: boolean };

/** Without a terminal, a line this often shows what still runs. */
const plainInterval = 20_000;

/** Prints a line for each part that ends, and what still runs: as one changing line in a terminal, else now and then. */
export class CheckView implements PartsView {
  readonly #out: Output;
  readonly #colors: Colors;
  readonly #running = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #hasStatus = false;

  constructor(out: Output, environment: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#colors = colorsFor(out.isTTY ?? false, environment);
    this.#timer = setInterval(() => this.#showRunning(), out.isTTY ? 1000 : plainInterval);
  }

  started(name: string): void {
    this.#running.set(name, performance.now());
    if (this.#out.isTTY) this.#showRunning();
    else this.#print(`${name.padEnd(10)} started`);
  }

  ended(result: PartResult): void {
    this.#running.delete(result.name);
    const outcome = result.hasPassed ? this.#colors.green("passed") : this.#colors.red("failed");
    this.#print(`${result.name.padEnd(10)} ${outcome}  ${result.seconds.toFixed(1)} s`);
    // A part that passes may still warn.
    if (result.output.trim() !== "") this.#print(`\n${result.output.trimEnd()}\n`);
    if (this.#out.isTTY) this.#showRunning();
  }

  /** Prints the last line. */
  finish(results: readonly PartResult[], seconds: number): void {
    clearInterval(this.#timer);
    const failed = results.filter(({ hasPassed }) => !hasPassed).map(({ name }) => name);
    const count = `${results.length - failed.length} of ${results.length} in ${seconds.toFixed(0)} s`;
    this.#print(
      failed.length === 0
        ? this.#colors.green(`check passed: ${count}`)
        : this.#colors.red(`check failed: ${failed.join(", ")}; passed ${count}`),
    );
  }

  #showRunning(): void {
    if (this.#running.size === 0) return;
    const names = [...this.#running].map(
      ([name, since]) => `${name} ${((performance.now() - since) / 1000).toFixed(0)} s`,
    );
    const text = `running: ${names.join(", ")}`;
    if (!this.#out.isTTY) {
      this.#print(text);
      return;
    }
    this.#clearStatus();
    this.#out.write(this.#colors.dim(text));
    this.#hasStatus = true;
  }

  #print(text: string): void {
    this.#clearStatus();
    this.#out.write(`${text}\n`);
  }

  #clearStatus(): void {
    if (this.#hasStatus) this.#out.write("\r\u001b[K");
    this.#hasStatus = false;
  }
}
