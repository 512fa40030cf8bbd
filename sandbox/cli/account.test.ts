import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestSandbox, type TestSandbox } from "./test-sandbox.ts";

describe("bin/sandbox account", { timeout: 60_000 }, () => {
  let sandbox: TestSandbox;
  beforeAll(() => {
    sandbox = openTestSandbox();
  });
  afterAll(() => sandbox.close());

  const read = (...words: string[]): Promise<string> => sandbox.read(...words);
  const listProjects = (): Promise<string> =>
    read(
      ...["sh", "-c"],
      'curl -s -o /dev/null -w "%{http_code}" "$NEON_API_HOST/projects" -H "authorization: Bearer $NEON_API_KEY"',
    );

  it("changes the account of a running sandbox at once and over a restart, and resets it", async () => {
    expect(await listProjects()).toBe("200");
    expect(await read("account", "set", "neon.key=personal")).toMatch(
      /^neon\.key +personal +default: organization$/m,
    );
    expect(await listProjects()).toBe("400");
    await read("stop");
    expect(JSON.parse(await read("account", "--json"))).toMatchObject({ "neon.key": "personal" });
    expect(await listProjects()).toBe("400");
    expect(await read("account", "reset")).toMatch(/^neon\.key +organization$/m);
    expect(await listProjects()).toBe("200");
  });

  it.each([
    ["account sett", "There is no bin/sandbox account sett. See: bin/sandbox account --help\n"],
    [
      "account set",
      "bin/sandbox account set: CLOUD.NAME=VALUE is required. See: bin/sandbox account --help\n",
    ],
    [
      "account set neon.key=private",
      "neon.key must be one of organization, personal; got private\nSee: bin/sandbox account --help\n",
    ],
    [
      "account reset neon",
      "bin/sandbox account reset takes --json or nothing, got neon. See: bin/sandbox account --help\n",
    ],
  ])("answers %j with what is wrong and exit status 2", async (line, stderr) => {
    expect(await sandbox.run(line.split(" "))).toEqual({ status: 2, stdout: "", stderr });
  });
});
