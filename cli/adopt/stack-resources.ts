import { spawnSync } from "node:child_process";
import type { StackState } from "../engine/preview-report.ts";
import { nameOf } from "../engine/preview-report.ts";
import type { Session } from "../command.ts";
import { UsageError } from "../usage-error.ts";

const limitMilliseconds = 60_000;
/** Of a state, in bytes. */
const largest = 64 * 1024 * 1024;

/**
 * The names of the resources that the stack's state has, without providers and components.
 *
 * @throws UsageError when the state cannot be read.
 */
export function stackResources({ checkout, environment }: Session, stack: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync(
    "pulumi",
    ["stack", "export", "--stack", stack, "--non-interactive"],
    { cwd: checkout, env: environment, encoding: "utf8", timeout: limitMilliseconds, maxBuffer: largest },
  );
  if (status !== 0)
    throw new UsageError(
      `The state of ${stack} cannot be read: ${stderr.replaceAll(/^error: /gm, "").trim()}. A stack is made by: pulumi stack init ${stack}`,
    );
  const { deployment } = JSON.parse(stdout) as StackState;
  return (deployment?.resources ?? [])
    .filter(({ type, custom }) => custom && !type.startsWith("pulumi:"))
    .map(({ urn }) => nameOf(urn));
}
