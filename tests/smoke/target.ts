/** The environment that is tested. */
export interface Target {
  /** Address of the web application, without a path. */
  readonly apiUrl: string;
  /** Secret. The same database, asked past the application. */
  readonly databaseUrl: string;
  /** Secret. */
  readonly apiKey: string;
  /** Secret; empty when the deployment is open. Passes Vercel's deployment protection. */
  readonly protectionBypass: string;
}

/**
 * Reads the target from the environment of this process. By hand:
 *
 *     export SMOKE_TEST_API_URL=$(pulumi stack output webUrl)
 *     export SMOKE_TEST_DATABASE_URL=$(pulumi stack output applicationDatabaseUrl --show-secrets)
 *     export SMOKE_TEST_API_KEY=$(pulumi stack output smokeApiKey --show-secrets)
 *     npm run smoke
 *
 * @throws Error that names the variable, never its value.
 */
export function readTarget(environment: NodeJS.ProcessEnv): Target {
  const required = (name: string): string => {
    const value = environment[name];
    if (!value)
      throw new Error(`${name} is not set; take it from the stack: see the head of tests/smoke/target.ts`);
    return value;
  };
  const databaseUrl = required("SMOKE_TEST_DATABASE_URL");
  if (!isSafe(databaseUrl))
    throw new Error(
      "SMOKE_TEST_DATABASE_URL must have sslmode=require, since its host is not this machine: " +
        "postgresql://USER:PASSWORD@HOST/DATABASE?sslmode=require",
    );
  return {
    apiUrl: required("SMOKE_TEST_API_URL").replace(/\/+$/, ""),
    databaseUrl,
    apiKey: required("SMOKE_TEST_API_KEY"),
    protectionBypass: environment["SMOKE_TEST_PROTECTION_BYPASS"] ?? "",
  };
}

/** Whether the address asks for TLS, or stays on this machine. */
function isSafe(databaseUrl: string): boolean {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  return (
    url !== undefined &&
    (/^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(url.hostname) ||
      ["require", "verify-ca", "verify-full"].includes(url.searchParams.get("sslmode") ?? ""))
  );
}
