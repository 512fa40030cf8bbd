import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Session } from "./command.ts";
import { askStackSettings, readStackSettings, StackUnreadable } from "./stack-settings.ts";
import { UsageError } from "./usage-error.ts";

/** A session whose `pulumi` is this script; without one there is none. */
function sessionWith(script?: string): Session {
  const checkout = mkdtempSync(join(tmpdir(), "stack-settings-"));
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }));
  if (script !== undefined) {
    writeFileSync(join(checkout, "pulumi"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(checkout, "pulumi"), 0o755);
  }
  const path = script === undefined ? [checkout] : [checkout, "/usr/bin", "/bin"];
  return { checkout, environment: { PATH: path.join(delimiter) }, out: process.stdout, err: process.stderr };
}

/** What was thrown, by either way to read. */
async function thrown(session: Session): Promise<readonly unknown[]> {
  const caught = (error: unknown): unknown => error;
  const waiting = await askStackSettings(session, "staging").catch(caught);
  try {
    return [waiting, readStackSettings(session, "staging")];
  } catch (error) {
    return [waiting, error];
  }
}

it.each([
  ["there is no engine", undefined, /^There is no pulumi on the PATH\..*bin\/rollout up --stack staging$/],
  [
    "the engine refuses",
    "echo 'error: no stack named staging found' >&2; exit 6",
    /^no stack named staging found$/,
  ],
])("reports, while other things go on too, that %s", async (_name, script, message) => {
  for (const error of await thrown(sessionWith(script))) {
    expect(error).toBeInstanceOf(StackUnreadable);
    expect((error as Error).message).toMatch(message);
  }
});

it("reports settings that are wrong, while other things go on too", async () => {
  for (const error of await thrown(sessionWith("echo '{}'"))) {
    expect(error).toBeInstanceOf(UsageError);
    expect(error).not.toBeInstanceOf(StackUnreadable);
    expect((error as Error).message).toMatch(/^The settings of staging are wrong:\n/);
  }
});

it("is given no input, for which the engine would wait", async () => {
  const [error] = await thrown(sessionWith("cat; echo 'error: it has read to the end' >&2; exit 1"));
  expect((error as Error).message).toBe("it has read to the end");
});
