import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Of the application itself; its smoke test needs both. */
const own = ["worker", "regenerator"];

/** The names of so many workers: the application's own, and stubs. */
export function workerNames(count: number): readonly string[] {
  return [
    ...own,
    ...Array.from({ length: count - own.length }, (_, at) => `stub-${String(at + 1).padStart(3, "0")}`),
  ];
}

/**
 * Declares stubs in a checkout until it has so many workers, in the files that docs/add-a-worker.md names. A stub answers its
 * health check and does nothing else, so that hundreds fit on a machine.
 */
export function declareWorkers(checkout: string, count: number): void {
  const stubs = workerNames(count).slice(own.length);
  edit(checkout, "rollout.config.ts", (text) =>
    after(text, /^ {4}regenerator: .*$/m, (line) => [
      line,
      ...stubs.map((name) => `    "${name}": { description: "App that answers its health check." },`),
    ]),
  );
  edit(checkout, "Pulumi.staging.yaml", (text) =>
    // Once under `apps`, once under `machines`.
    after(text, /^ *regenerator: .*$/gm, (line) => [
      line,
      ...stubs.map((name) => line.replaceAll("regenerator", name)),
    ]),
  );
  const config = readFileSync(join(checkout, "fly.staging.regenerator.toml"), "utf8");
  for (const name of stubs) {
    writeFileSync(join(checkout, `fly.staging.${name}.toml`), config.replaceAll("regenerator", name));
    changeStub(checkout, name, "first");
  }
}

/** Writes a stub's program, of which `mark` is a part. */
export function changeStub(checkout: string, name: string, mark: string): void {
  writeFileSync(
    join(checkout, "src", "workers", "entries", `${name}.ts`),
    `import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.setHeader("x-mark", ${JSON.stringify(mark)}).end("ok");
});
server.listen(Number(process.env["PORT"]), process.env["HOST"]);
process.once("SIGTERM", () => process.exit(0));
`,
  );
}

function edit(checkout: string, file: string, change: (text: string) => string): void {
  const path = join(checkout, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

function after(text: string, line: RegExp, lines: (found: string) => readonly string[]): string {
  if (!line.test(text)) throw new Error(`no line matches ${String(line)}`);
  return text.replace(line, (found) => lines(found).join("\n"));
}
