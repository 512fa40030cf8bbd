import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const project = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "source-maps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const module = join(folder, "fails.ts");
writeFileSync(
  module,
  `interface Found {
  readonly name: string;
}

export class Failing {
  readonly found: Found = { name: "it" };

  fail(): never {
    const cause = new Error("the cause");
    throw new TypeError(\`no

\${this.found.name}\`, { cause });
  }
}

export const later = async (): Promise<void> => new Failing().fail();
`,
);

interface Ended {
  readonly status: number | null;
  readonly output: string;
}

/** Runs it with the traces that `bin/rollout` has, or with Node's own. */
function run(mapping: "ours" | "Node's", program: string, file = module): Ended {
  const start = join(folder, "start.cjs");
  writeFileSync(
    start,
    `require(${JSON.stringify(join(project, "node_modules", "tsx", "dist", "cjs", "index.cjs"))});
if (process.env.MAPPING === "ours") require(${JSON.stringify(join(project, "bin", "source-maps.cjs"))}).mapTracesWhenRead();
const { Failing, later } = require(${JSON.stringify(file)});
${program}`,
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [start], {
    encoding: "utf8",
    timeout: 60_000,
    // Without the hook of a measured test run, which keeps Node's own.
    env: { ...process.env, MAPPING: mapping, ROLLOUT_TEST_RUN: "" },
  });
  return { status, output: `${stdout}${stderr}` };
}

it.each([
  ["that is caught", "try { new Failing().fail(); } catch (error) { console.log(error.stack); }"],
  ["with its cause", "try { new Failing().fail(); } catch (error) { console.log(error); }"],
  ["of a promise", "later().catch((error) => console.log(error.stack));"],
])("shows an error %s at the lines of the source, as Node does", (_name, program) => {
  const ended = run("ours", program);
  expect(ended.output).toContain(`${module}:10:11`);
  expect(ended).toEqual(run("Node's", program));
});

it.each(["new Failing().fail();", "later();"])(
  "ends a process by an error that nothing catches, with its trace and no compiled code: %s",
  (program) => {
    const { status, output } = run("ours", program);
    expect(status, output).toBe(1);
    expect(output).toMatch(/^TypeError: no\n\nit\n {4}at Failing\.fail \(/);
    expect(output).toContain(`${module}:10:11`);
    expect(output).toContain("[cause]: Error: the cause");
    expect(output).not.toContain("__defProp");
  },
);

it("shows an error whose source cannot be read any more", () => {
  const gone = join(folder, "gone.ts");
  copyFileSync(module, gone);
  const program = `require("node:fs").rmSync(${JSON.stringify(gone)}); later().catch((error) => console.log(error.stack));`;
  const { status, output } = run("ours", program, gone);
  expect(status, output).toBe(0);
  expect(output).toMatch(/^TypeError: no\n\nit\n {4}at Failing\.fail \(/);
});
