import { basename } from "node:path";

/** Whether what a command printed when it failed names others, and without `bin/sandbox`: it does not know of a sandbox. */
export interface CommandNames {
  /** Called with what it writes to the standard error; absent where it writes elsewhere. */
  readonly listen?: (text: string) => void;
  areNamed(): boolean;
}

/** Those of pulumi that run the program, whose words stand among the engine's on the standard output. */
const runTheProgram = ["up", "update", "preview", "pre", "refresh", "destroy"];

const name =
  /(?<!bin\/sandbox )\b(bin\/rollout [a-z-]|pulumi (up|preview|refresh|destroy|stack|config|state|cancel|login|import)\b|npm run )/;

export function commandNames([program = "", ...words]: readonly string[]): CommandNames {
  if (basename(program) === "pulumi") {
    const verb = words.find((word) => !word.startsWith("-"));
    return { areNamed: () => verb !== undefined && runTheProgram.includes(verb) };
  }
  if (!/(^|\/)bin\/rollout$/.test(program)) return { areNamed: () => false };
  let last = "";
  let seen = false;
  return {
    listen: (text) => {
      // A name may lie across two pieces.
      last = last.slice(-40) + text;
      seen ||= name.test(last);
    },
    areNamed: () => seen,
  };
}
