import { describe, expect, it } from "vitest";
import { useSandbox } from "../sandbox/use-sandbox.ts";
import { said } from "./said.ts";

const { checkout, sandbox } = useSandbox();

async function tell(...words: readonly string[]): Promise<string> {
  return said(await sandbox.run(...words), { [checkout.root]: "CHECKOUT" });
}

describe("a mistake in the settings", { timeout: 120_000 }, () => {
  it("is reported with every other one, and nothing is started", async () => {
    const right = checkout.read("Pulumi.staging.yaml");
    checkout.write(
      "Pulumi.staging.yaml",
      right
        .replace("organization: personal", "organisation: personal")
        .replace("    branch: staging\n", "")
        .replace("region: aws-eu-central-1", "region: mars"),
    );
    expect(
      await tell(
        "env",
        "-u",
        "OPENAI_API_KEY",
        "-u",
        "NEON_API_KEY",
        "bin/rollout",
        "up",
        "--stack",
        "staging",
      ),
    ).toMatchInlineSnapshot(`
      "the stack staging cannot be rolled out; nothing was changed
        rollout:neon.region: expected one of aws-us-east-1, aws-us-east-2, aws-us-west-2, aws-eu-central-1, aws-eu-west-2, aws-ap-southeast-1, aws-ap-southeast-2, aws-sa-east-1, found "mars" (pulumi config set --stack staging --path 'rollout:neon.region' VALUE)
        rollout:neon.branch: is missing; expected a string (pulumi config set --stack staging --path 'rollout:neon.branch' VALUE)
        rollout:fly.organisation: there is no such setting; did you mean organization? (rename it in Pulumi.staging.yaml; one that a command has set: pulumi config rm --stack staging --path 'rollout:fly.organisation')
        rollout:secrets.OPENAI_API_KEY: rollout.config.ts declares it, and it has no value: pulumi config set --stack staging --secret --path 'rollout:secrets.OPENAI_API_KEY', or set the environment variable OPENAI_API_KEY
        no token for neon: set NEON_API_KEY (create a key in the Neon console under Account settings → API keys)
      exit status 2"
    `);
    checkout.write("Pulumi.staging.yaml", right);
  });

  it("is reported by plain pulumi in the same words", async () => {
    const right = checkout.read("Pulumi.staging.yaml");
    checkout.write("Pulumi.staging.yaml", right.replace("repository: atlaris", "repository:"));
    const { status, output } = await sandbox.run("pulumi", "preview", "--stack", "staging");
    checkout.write("Pulumi.staging.yaml", right);
    expect(status, output).toBe(1);
    // Before it stand the engine's own lines, with a dot for each second.
    expect(output.slice(output.indexOf("Diagnostics:"), output.indexOf("Resources:"))).toMatchInlineSnapshot(`
      "Diagnostics:
        pulumi:pulumi:Stack (atlaris-staging):
          error: the stack staging cannot be rolled out; nothing was changed
            rollout:github.repository: expected a string, found nothing (pulumi config set --stack staging --path 'rollout:github.repository' VALUE)

      "
    `);
  });

  it("is named where the file is no YAML", async () => {
    const right = checkout.read("Pulumi.staging.yaml");
    checkout.write("Pulumi.staging.yaml", "config:\n  rollout:ai:\n    model: gpt-5-mini\n  - broken: [\n");
    const told = await tell("bin/rollout", "up", "--stack", "staging");
    checkout.write("Pulumi.staging.yaml", right);
    expect(told).toMatchInlineSnapshot(`
      "Pulumi.staging.yaml is not YAML: bad indentation of a mapping entry (4:3)

       1 | config:
       2 |   rollout:ai:
       3 |     model: gpt-5-mini
       4 |   - broken: [
      -------^
      exit status 2"
    `);
  });
});

describe("a mistake in the command", { timeout: 60_000 }, () => {
  it.each([
    ["an unknown stack", ["bin/rollout", "up", "--stack", "stging"]],
    ["an unknown stack, with pulumi", ["pulumi", "up", "--stack", "stging"]],
    ["no stack", ["bin/rollout", "up"]],
    ["a misspelt option", ["bin/rollout", "up", "--stak", "staging"]],
    ["a misspelt command of bin/rollout", ["bin/rollout", "upp", "--stack", "staging"]],
    ["a misspelt command", ["pulmi", "up"]],
    ["a misspelt option of bin/sandbox", ["--hlep"]],
    ["an unknown secret", ["bin/rollout", "rotate", "password", "--stack", "staging"]],
    ["an unknown cloud in a fault", ["faults", "add", "--cloud", "aws", "--path", "/x", "--kind", "hang"]],
  ])("is reported: %s", async (_what, words) => {
    expect(await tell(...words)).toMatchSnapshot();
  });
});

describe("a database's address without TLS", { timeout: 60_000 }, () => {
  it("is refused by the migration, off loopback, without being printed", async () => {
    const address = "DATABASE_URL=postgresql://user:not-to-be-seen@db.example.com/atlaris";
    expect(await tell("env", address, "npm", "run", "--silent", "db:migrate")).toMatchInlineSnapshot(`
      "Invalid environment: DATABASE_URL must have ?sslmode=require, since its host is not this machine: postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require
      exit status 1"
    `);
  });

  it("is refused by the smoke test as well", async () => {
    const address = "SMOKE_TEST_DATABASE_URL=postgresql://user:not-to-be-seen@db.example.com/atlaris";
    const { status, output } = await sandbox.run(
      ...["env", "SMOKE_TEST_API_URL=http://127.0.0.1:1", "SMOKE_TEST_API_KEY=key", address],
      ...["npm", "run", "--silent", "smoke"],
    );
    expect(status).toBe(1);
    expect(output).toContain(
      "SMOKE_TEST_DATABASE_URL must have sslmode=require, since its host is not this machine",
    );
    expect(output).not.toContain("not-to-be-seen");
  });
});

describe("a dirty tree", { timeout: 120_000 }, () => {
  it("is reported, and named in the release", async () => {
    checkout.write("notes.txt", "not committed");
    const { output } = await sandbox.run("pulumi", "preview", "--stack", "staging");
    expect(output).toMatch(
      /warning: the tree differs from its commit in 1 file; this release is [0-9a-f]{40}-dirty-[0-9a-f]{12}/,
    );
  });
});
