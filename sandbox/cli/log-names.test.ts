import { expect, it } from "vitest";
import { logsNamed, namedLogs, unknownLogs } from "./log-names.ts";

const logs = [
  "clouds",
  "fly-build-atlaris-images",
  "vercel-dpl_New-api",
  "vercel-dpl_Old-api",
  "worker-staging-0123456789abcd",
  "worker-staging-9123456789abcd",
  "worker-staging-regenerator-0123456789abcd",
];
const known = namedLogs(logs, {
  projects: { prj_1: { name: "atlaris-web-staging" }, prj_2: { name: "empty" } },
  deployments: {
    dpl_New: { id: "dpl_New", projectId: "prj_1", createdAt: 2 },
    dpl_Old: { id: "dpl_Old", projectId: "prj_1", createdAt: 1 },
  },
});

it.each([
  ["web", ["vercel-dpl_Old-api", "vercel-dpl_New-api"]],
  ["atlaris-web-staging", ["vercel-dpl_Old-api", "vercel-dpl_New-api"]],
  ["dpl_New", ["vercel-dpl_New-api"]],
  ["worker-staging", ["worker-staging-0123456789abcd", "worker-staging-9123456789abcd"]],
  ["worker-staging-0123456789abcd", ["worker-staging-0123456789abcd"]],
  ["clouds", ["clouds"]],
  ["nobody", []],
])("finds the logs of %s", (name, found) => {
  expect(logsNamed(name, logs, known)).toEqual(found);
});

it("names all that have run, one a line, and the one that was meant", () => {
  expect(unknownLogs("worker-stagign", known)).toBe(
    [
      "Nothing has run as worker-stagign. Did you mean: bin/sandbox logs worker-staging",
      "There is:",
      ...["web", "atlaris-web-staging", "clouds", "fly-build-atlaris-images", "worker-staging"].map(
        (name) => `  ${name}`,
      ),
      "  worker-staging-regenerator",
    ].join("\n"),
  );
  expect(unknownLogs("nobody", known)).toMatch(/^Nothing has run as nobody\.\nThere is:\n {2}web\n/);
  expect(unknownLogs("nobody", [])).toBe("Nothing has run as nobody. Nothing has run yet.");
});
