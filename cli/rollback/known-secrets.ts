import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { privateKeysIn, signingKeyVariable } from "@rollout/infra/rollout/records/signature";
import type { Properties } from "../engine/preview-report.ts";
import { secretTexts } from "../review/secret-values.ts";
import type { Session } from "../command.ts";

const limitMilliseconds = 60_000;
/** Of a state, in bytes. */
const most = 256 * 1024 * 1024;

interface Export {
  readonly deployment?: {
    readonly resources?: readonly { readonly inputs?: Properties; readonly outputs?: Properties }[];
  };
}

/** Every secret that a text about the stack might hold: those of its state, and the tokens of this run. */
export async function knownSecrets(
  { checkout, environment }: Session,
  stack: string,
): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(
    "pulumi",
    ["stack", "export", "--stack", stack, "--show-secrets", "--non-interactive"],
    { cwd: checkout, env: environment, timeout: limitMilliseconds, maxBuffer: most },
  );
  const { deployment } = JSON.parse(stdout) as Export;
  const tokens = Object.entries(environment).flatMap(([name, value]) =>
    value && /TOKEN|_KEY$|PASSPHRASE|PASSWORD|SECRET/.test(name)
      ? name === signingKeyVariable
        ? privateKeysIn(value)
        : [value]
      : [],
  );
  return [
    ...tokens,
    ...(deployment?.resources ?? []).flatMap(({ inputs, outputs }) => [
      ...secretTexts(inputs ?? {}),
      ...secretTexts(outputs ?? {}),
    ]),
  ];
}
