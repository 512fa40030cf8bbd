import { spawn } from "node:child_process";
import type { Part } from "./parts.ts";

/** How a part ended. */
export interface PartResult {
  readonly name: string;
  readonly hasPassed: boolean;
  readonly seconds: number;
  /** Everything that it printed: its standard output, and its error output below. Two pipes have no order between them. */
  readonly output: string;
}

/** What is reported while parts run. */
export interface PartsView {
  started(name: string): void;
  ended(result: PartResult): void;
}

/** Runs every part, `atOnce` at a time in the order given; a failed part does not end the others. */
export async function runParts(
  parts: readonly Part[],
  atOnce: number,
  view: PartsView,
): Promise<readonly PartResult[]> {
  const waiting = [...parts];
  const results: PartResult[] = [];
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      view.started(part.name);
      const result = await runPart(part);
      results.push(result);
      view.ended(result);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

function runPart({ name, args }: Part): Promise<PartResult> {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let [output, errors] = ["", ""];
    const end = (hasPassed: boolean): void => {
      const seconds = (performance.now() - began) / 1000;
      resolve({ name, hasPassed, seconds, output: output + errors });
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.once("error", (error) => {
      errors += `${error.message}\n`;
      end(false);
    });
    child.once("close", (status, signal) => {
      if (signal !== null) errors += `${name} was ended by ${signal}\n`;
      end(status === 0);
    });
  });
}
