import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const project = join(import.meta.dirname, "..");

/** The files that a command line of `bin/rollout` loads before it starts anything; its output is discarded. */
function filesLoadedBy(...words: readonly string[]): readonly string[] {
  const script = `
    require("tsx/cjs");
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = () => true;
    require("./cli/main.ts").main(${JSON.stringify(words)}, process.env).then(
      () => write(JSON.stringify(Object.keys(require.cache))),
    );`;
  const printed = execFileSync(process.execPath, ["-e", script], {
    cwd: project,
    encoding: "utf8",
    timeout: 60_000,
  });
  return JSON.parse(printed) as readonly string[];
}

it("loads nothing of Pulumi's SDK before it starts the engine, which would double its time", () => {
  // The list of commands loads each of them.
  const loaded = filesLoadedBy("--help");
  expect(loaded.filter((file) => file.includes("/cli/commands/")).length).toBeGreaterThan(5);
  expect(loaded.filter((file) => file.includes("/node_modules/@pulumi/"))).toEqual([]);
});

it("loads only the command that runs", () => {
  const commands = filesLoadedBy("up", "--help").filter((file) => file.includes("/cli/commands/"));
  expect(commands).toEqual([join(project, "cli", "commands", "up.ts")]);
});
