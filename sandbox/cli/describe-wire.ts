import type { WireStatus } from "../cloud/server/control.ts";
import { describeFaults, isQuiet } from "./describe-faults.ts";

/** What `status` shows of the calls to the clouds: nothing where all is as usual. */
export function describeWire(wire: WireStatus): string[] {
  const faults = isQuiet(wire.faults)
    ? []
    : [
        "",
        "Faults and delays (bin/sandbox faults clear ends them):",
        ...describeFaults(wire.faults).map(indent),
      ];
  return [
    ...faults,
    ...part(
      "Calls that no emulator knew:",
      wire.unknownCalls.map(({ cloud, method, path, count }) => `${count} × ${cloud} ${method} ${path}`),
    ),
    ...part(
      "Calls that were refused for what an emulator does not know in them:",
      wire.refusedCalls.map(
        ({ cloud, method, path, what, count }) => `${count} × ${cloud} ${method} ${path}: ${what}`,
      ),
    ),
    ...part(
      "Answers that are not as the vendor documents:",
      wire.wrongAnswers.map(
        ({ cloud, method, path, status, wrong }) =>
          `${cloud} ${method} ${path} (${status}): ${wrong.join("; ")}`,
      ),
    ),
    ...part(
      "Calls that are in none of the documents:",
      wire.undocumentedCalls.map(({ cloud, name, count }) => `${count} × ${cloud} ${name}`),
    ),
  ];
}

const indent = (line: string): string => `  ${line}`;

const part = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map(indent)];
