import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestSandbox, type TestSandbox } from "./test-sandbox.ts";

describe("bin/sandbox faults", { timeout: 60_000 }, () => {
  let sandbox: TestSandbox;
  beforeAll(() => {
    sandbox = openTestSandbox();
  });
  afterAll(() => sandbox.close());

  const read = (...words: string[]): Promise<string> => sandbox.read(...words);
  const askGithub = (): Promise<string> =>
    read(
      ...["sh", "-c"],
      'curl -s -o /dev/null -w "%{http_code}" "$GITHUB_API_URL/user" -H "authorization: Bearer $GITHUB_TOKEN"',
    );

  it("makes a call fail as often as set, over a restart, and shows that in status", async () => {
    const add = "faults add --cloud github --path /user --kind status --status 502 --times 2";
    expect(await read(...add.split(" "))).toMatch(
      /^Fault 1: 1 {2}github {2}any method {2}\/user {2}status 502/,
    );
    expect(await read("faults", "profile", "50ms")).toContain("delays: 50ms");
    expect(await read("faults", "lag", "40", "--cloud", "neon")).toContain(
      "reads lag behind writes: neon 40 ms\n",
    );
    expect(await askGithub()).toBe("502");
    await read("stop");
    expect(await read("faults")).toContain("met by 1 of 2");
    expect(await askGithub()).toBe("502");
    expect(await askGithub()).toBe("200");
    expect(await read("status")).toContain("over: met by 2 of 2");
    const { profile } = JSON.parse(await read("faults", "--json")) as { profile: string };
    expect(profile).toBe("50ms");
  });

  it("ends all of it at once", async () => {
    expect(await read("faults", "clear")).toBe("delays: none, as fast as this machine is\n");
    expect(await read("status")).not.toContain("Faults and delays");
  });

  it.each([
    ["faults ad", "There is no bin/sandbox faults ad. See: bin/sandbox faults --help\n"],
    ["faults add --clod fly", "Unknown option '--clod'. See: bin/sandbox faults --help\n"],
    [
      "faults add --cloud flyy --path /v1 --kind reset --times some",
      '--cloud must be one of neon, fly, vercel, github, railway, ai; got "flyy"\n' +
        '--times must be an integer from 1 to 9007199254740991; got "some"\n' +
        "See: bin/sandbox faults --help\n",
    ],
    [
      "faults profile slow",
      "The profile must be one of none, 50ms, realistic; got slow. See: bin/sandbox faults --help\n",
    ],
    [
      "faults lag 5s --cloud ai",
      "The lag must be whole milliseconds; got 5s.\n" +
        '--cloud must be one of neon, fly, vercel, github, railway; got "ai". See: bin/sandbox faults --help\n',
    ],
    [
      "faults clear 3",
      "bin/sandbox faults clear takes --json or nothing, got 3. See: bin/sandbox faults --help\n",
    ],
  ])("answers %j with what is wrong and exit status 2", async (line, stderr) => {
    expect(await sandbox.run(line.split(" "))).toEqual({ status: 2, stdout: "", stderr });
  });
});
