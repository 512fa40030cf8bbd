import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const project = join(import.meta.dirname, "..");

it("loads nothing of Pulumi's SDK before it starts the engine, which would double its time", () => {
  const script = `
    require("tsx/cjs");
    require("./cli/main.ts");
    const loaded = Object.keys(require.cache).filter((file) => file.includes("/node_modules/@pulumi/"));
    console.log(JSON.stringify(loaded.slice(0, 3)));`;
  const told = execFileSync(process.execPath, ["-e", script], {
    cwd: project,
    encoding: "utf8",
    timeout: 20_000,
  });
  expect(JSON.parse(told)).toEqual([]);
});
