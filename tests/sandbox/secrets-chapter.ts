import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { watchCommandLines } from "./command-lines.ts";
import { secretStores } from "./expect-no-secret.ts";
import { callCloud, postPlan, sandboxSecrets, waitForPlan } from "./observe.ts";
import type { Outputs } from "./staging.ts";
import { ask, regenerator, stagingIn, worker } from "./staging.ts";
import type { Secret } from "./tripwire.ts";
import { tripwireFor } from "./tripwire.ts";
import type { SandboxOfTests } from "./use-sandbox.ts";

export interface SecretsChapter extends SandboxOfTests {
  /** A secret of the workers that staging was rolled out with. */
  readonly planted: Secret;
  /** The command lines of every process while a rollout ran; the chapter's own are added. */
  readonly commandLines: Set<string>;
}

/** Replaces every secret of staging, which is live, and then looks for each that there ever was in all that it left. */
export function secretsChapter({ checkout, sandbox, planted, commandLines }: SecretsChapter): void {
  const { outputs } = stagingIn(sandbox);

  describe("staging, its secrets replaced", { timeout: 300_000 }, () => {
    /** Every value that there was, old and new. */
    const secrets = new Map<string, Secret>();

    async function note(): Promise<Outputs & { readonly bypass: string }> {
      const found = await outputs();
      const project = await callCloud<{ protectionBypass?: Readonly<Record<string, unknown>> }>(
        sandbox,
        "vercel",
        "GET",
        "/v9/projects/atlaris?teamId=team_atlaris",
      );
      const [bypass = ""] = Object.keys(project.protectionBypass ?? {});
      for (const [name, value] of [
        ["database password", new URL(found.databaseUrl).password],
        ["database address", found.databaseUrl],
        ["application password", new URL(found.applicationDatabaseUrl).password],
        ["smoke test key", found.smokeApiKey],
        ["protection bypass", bypass],
      ] as const)
        if (value !== "") secrets.set(value, { name, value });
      return { ...found, bypass };
    }

    async function rotate(secret: string, ...words: readonly string[]): Promise<void> {
      const watch = watchCommandLines();
      const { status, output } = await sandbox.run(
        ...["bin/rollout", "rotate", secret, "--stack", "staging", ...words],
      );
      for (const line of await watch.stop()) commandLines.add(line);
      expect(status, output).toBe(0);
    }

    it("takes the new key of the smoke test, and refuses the old one", async () => {
      const before = await note();
      const protection = ["--path", "rollout:vercel.deploymentProtection", "all_deployments"];
      await sandbox.read("pulumi", "config", "set", "--stack", "staging", ...protection);
      await rotate("smoke-test-key", "--json");
      const { webUrl, smokeApiKey, bypass } = await note();
      const passing = { "x-vercel-protection-bypass": bypass };
      expect(smokeApiKey).not.toBe(before.smokeApiKey);
      await expect(postPlan(webUrl, before.smokeApiKey, "Tea", passing)).rejects.toThrow("401");
      await expect(postPlan(webUrl, smokeApiKey, "Tea", passing)).resolves.toEqual(expect.any(String));
    });

    it("lets the new bypass past the deployment protection, and not the old one", async () => {
      const before = await note();
      const open = async (bypass: string): Promise<number> =>
        (await fetch(`${before.webUrl}/api/health`, { headers: { "x-vercel-protection-bypass": bypass } }))
          .status;
      expect(await open("")).toBe(401);
      expect(await open(before.bypass)).toBe(200);
      await rotate("protection-bypass");
      const after = await note();
      expect(await open(before.bypass)).toBe(401);
      expect(await open(after.bypass)).toBe(200);
    });

    it("logs in with the new passwords of the database, and not with the old ones", async () => {
      const before = await note();
      await rotate("database-password");
      const owner = await note();
      await expect(ask(before.databaseUrl, "SELECT 1")).rejects.toThrow("password authentication failed");
      await expect(ask(owner.databaseUrl, "SELECT 1")).resolves.toHaveLength(1);
      expect(owner.applicationDatabaseUrl).toBe(before.applicationDatabaseUrl);
      await rotate("application-password");
      const { webUrl, smokeApiKey, applicationDatabaseUrl, bypass } = await note();
      await expect(ask(before.applicationDatabaseUrl, "SELECT 1")).rejects.toThrow(
        /password authentication failed|not permitted to log in/,
      );
      await expect(ask(applicationDatabaseUrl, "SELECT 1")).resolves.toHaveLength(1);
      const passing = { "x-vercel-protection-bypass": bypass };
      const planId = await postPlan(webUrl, smokeApiKey, "Salt", passing);
      await expect(waitForPlan(webUrl, smokeApiKey, planId, passing)).resolves.toBeDefined();
    });

    describe("and all through", () => {
      const everySecret = (): readonly Secret[] => [...sandboxSecrets(sandbox), planted, ...secrets.values()];

      it("shows no secret: not in state, events, output, logs, command lines or any other file", async () => {
        await note();
        // Six tokens and the passphrase; the planted one; the others in two values at least, the address with the password.
        expect(everySecret().length).toBeGreaterThanOrEqual(7 + 1 + 5 * 2);
        const tripwire = tripwireFor(everySecret());
        const home = tripwire.below(sandbox.home, secretStores);
        const exported = await sandbox.read("pulumi", "stack", "export", "--stack", "staging");
        const logs = await Promise.all([worker, regenerator].map((app) => sandbox.read("logs", app)));
        const folders = readdirSync(checkout.root, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
          .map(({ name }) => join(checkout.root, name));
        expect(commandLines.size).toBeGreaterThan(50);
        expect([
          ...home.leaks,
          ...folders.flatMap((folder) => tripwire.below(folder).leaks),
          ...tripwire.in("the exported state", exported),
          ...logs.flatMap((log) => tripwire.in("the applications' logs", log)),
          ...sandbox.printed.flatMap((text) => tripwire.in(`printed by ${text.split("\n")[0] ?? ""}`, text)),
          ...[...commandLines].flatMap((line) =>
            tripwire.in(`a command line of ${line.split(" ")[0] ?? ""}`, line),
          ),
        ]).toEqual([]);
        expect(home.files).toBeGreaterThan(1000);
      });

      it("would show one: in a log, and in base64 in a copy of the state", () => {
        const state = join(sandbox.home, "state", ".pulumi", "copy.json");
        const log = join(sandbox.home, "logs", "planted.log");
        const [password] = [...secrets.values()].filter(({ name }) => name === "database password");
        writeFileSync(log, `connecting with ${planted.value}\n`);
        writeFileSync(
          state,
          JSON.stringify({ note: Buffer.from(`x:${password?.value ?? ""}`).toString("base64") }),
        );
        const { leaks } = tripwireFor(everySecret()).below(sandbox.home, secretStores);
        rmSync(state);
        rmSync(log);
        expect([...leaks].sort()).toEqual([
          "logs/planted.log: STRIPE_KEY, raw",
          "state/.pulumi/copy.json: database password, base64",
        ]);
      });
    });
  });
}
