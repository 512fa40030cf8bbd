import { createInterface } from "node:readline/promises";
import type { Session } from "../command.ts";
import { UsageError } from "../usage-error.ts";

/** Whether a user can be asked. */
export function canAsk({ out }: Session): boolean {
  return process.stdin.isTTY && out.isTTY;
}

/**
 * Has the name of the stack typed, which does not happen by mistake.
 *
 * @throws UsageError when something else was typed.
 */
export async function confirmByName({ out }: Session, stack: string): Promise<void> {
  const question = createInterface({ input: process.stdin, output: out });
  try {
    const typed = await question.question(`Type ${stack} to continue: `);
    if (typed.trim() === stack) return;
  } catch {
    // Ctrl-C and Ctrl-D are a no.
  } finally {
    question.close();
  }
  throw new UsageError("Nothing was changed.");
}
