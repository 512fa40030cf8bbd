import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** An option of a command: with a value, or a mere switch. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** It may be given several times. */
  readonly multiple?: true;
}

type Values<Options extends Readonly<Record<string, Option>>> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly multiple: true }
    ? readonly string[]
    : Options[Name]["type"] extends "string"
      ? string | undefined
      : boolean;
};

/**
 * Reads a command's options; nothing else may stand there.
 *
 * @throws UsageError that names the word and the options there are.
 */
export function readOptions<const Options extends Readonly<Record<string, Option>>>(
  command: string,
  words: readonly string[],
  options: Options,
): Values<Options> {
  try {
    const parsed = parseArgs({ args: [...words], options: { ...options }, strict: true });
    const values = parsed.values as Readonly<Record<string, unknown>>;
    const read = Object.entries(options).map(([name, { type, multiple }]): [string, unknown] => [
      name,
      multiple ? (values[name] ?? []) : type === "boolean" ? values[name] === true : values[name],
    ]);
    return Object.fromEntries(read) as Values<Options>;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    // Node's own advice about `--` does not help here.
    const [message = ""] = (error as Error).message.split(/\. To specify|\. This command/);
    throw new UsageError(
      `bin/rollout ${command}: ${message}. Its options: ${known.join(", ")}. See: bin/rollout ${command} --help`,
    );
  }
}

/** The stack that a command is about; there is no default, since a rollout to the wrong one cannot be unseen. */
export function requireStack(command: string, stack: string | undefined): string {
  if (stack) return stack;
  throw new UsageError(`bin/rollout ${command} requires where: bin/rollout ${command} --stack staging`);
}
