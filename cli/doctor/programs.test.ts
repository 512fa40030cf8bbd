import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Checked, Verdict } from "../../stacks/doctor/check.ts";
import { examine } from "../../stacks/doctor/check.ts";
import type { Session } from "../command.ts";
import { stateChecks } from "./state.ts";
import { toolChecks } from "./tools.ts";

/** A checkout that needs these versions, and a PATH with programs that print given lines. */
function sessionWith(programs: Readonly<Record<string, string>>, node = ">=18.0"): Session {
  const checkout = mkdtempSync(join(tmpdir(), "shop-doctor-"));
  onTestFinished(() => rmSync(checkout, { recursive: true, force: true }));
  const own = { engines: { node }, dependencies: { "@pulumi/pulumi": "3.276.0" } };
  writeFileSync(join(checkout, "package.json"), JSON.stringify(own));
  const folder = join(checkout, "bin");
  mkdirSync(folder);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const environment = { PATH: [folder, "/usr/bin", "/bin"].join(delimiter), HOME: checkout };
  return { checkout, environment, out: process.stdout, err: process.stderr };
}

const tools = async (session: Session): Promise<Readonly<Record<string, Checked>>> =>
  Object.fromEntries((await examine(toolChecks(session), 20_000)).map((each) => [each.name, each]));

it("names the versions of the programs that a rollout runs", async () => {
  const found = await tools(sessionWith({ pulumi: "echo v3.276.0", flyctl: "echo flyctl v0.4.1 linux" }));
  expect(found).toMatchObject({
    node: { verdict: "holds", found: `node ${process.versions.node}` },
    pulumi: { verdict: "holds", found: "pulumi 3.276.0" },
    flyctl: { verdict: "holds", found: "flyctl 0.4.1" },
  });
});

it("announces a program that is missing and a node that is too old, with the page to get it", async () => {
  const found = await tools(sessionWith({}, ">=99.1"));
  expect(found).toMatchObject({
    node: { verdict: "fails", fix: "https://nodejs.org/en/download" },
    pulumi: { verdict: "fails", found: "pulumi is not on the PATH" },
    flyctl: { verdict: "fails", fix: "https://fly.io/docs/flyctl/install/" },
  });
});

it("does not judge an engine that is older than the one that was tried", async () => {
  const found = await tools(sessionWith({ pulumi: "echo v3.100.0", flyctl: "exit 3" }));
  expect(found).toMatchObject({ pulumi: { verdict: "unknown" }, flyctl: { verdict: "unknown" } });
});

const cases: readonly (readonly [what: string, script: string, verdict: Verdict, fix: string])[] = [
  ["secrets that can be read", `echo '{"a": "secret"}'`, "holds", ""],
  ["a state without outputs", "echo '{}'", "unknown", ""],
  [
    "a wrong passphrase",
    "echo 'error: incorrect passphrase' >&2; exit 255",
    "fails",
    "PULUMI_CONFIG_PASSPHRASE",
  ],
  [
    "a stack that was never created",
    `echo "error: no stack named 'staging' found" >&2; exit 255`,
    "fails",
    "pulumi stack init staging",
  ],
  [
    "a backend without a login",
    "echo 'error: PULUMI_ACCESS_TOKEN must be set for login' >&2; exit 255",
    "fails",
    "pulumi login",
  ],
];

it.each(cases)("looks at the state: %s", async (_what, script, verdict, fix) => {
  const [state] = await examine(stateChecks(sessionWith({ pulumi: script }), "staging"), 20_000);
  expect(state?.verdict).toBe(verdict);
  expect(state?.fix ?? "").toContain(fix);
  expect(JSON.stringify(state)).not.toContain('"secret"');
});
