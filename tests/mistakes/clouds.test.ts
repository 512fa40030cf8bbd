import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { changeApplication } from "../sandbox/change-application.ts";
import { useSandbox } from "../sandbox/use-sandbox.ts";

const { checkout, sandbox } = useSandbox();

afterEach(async () => {
  await sandbox.read("faults", "clear");
});

const up = () => sandbox.run("bin/rollout", "up", "--stack", "staging");

describe("a first rollout that fails", { timeout: 300_000 }, () => {
  it("reports that there is no release to roll back to", async () => {
    const branches = ["--cloud", "neon", "--method", "POST", "--path", "**/branches"];
    await sandbox.read("faults", "add", ...branches, "--kind", "status", "--status", "400");
    const { status, output } = await up();
    expect(status, output).toBe(1);
    expect(output).toContain(
      "Nothing is rolled back: staging never had a release that worked. Fix the cause and run it again.",
    );
  });
});

// The rollout that all below stands on.
describe("Ctrl-C in the middle of the first rollout", { timeout: 300_000 }, () => {
  it("ends it after the steps under way, prints how to continue, and the same command does", async () => {
    const stopped = await sandbox.interrupt(
      /database-branch created/,
      "bin/rollout",
      "up",
      "--stack",
      "staging",
    );
    expect(stopped.status, stopped.output).toBe(130);
    expect(stopped.output).toContain("Stopping after the steps under way; Ctrl-C again stops at once.");
    expect(stopped.output).toMatch(
      /Interrupted after .* What was begun is known to the next rollout: bin\/rollout up --stack staging continues from here\./,
    );
    const history = await sandbox.run("bin/rollout", "history", "--stack", "staging");
    expect(history.output).toContain("#2 failed");
    expect(history.output).toContain("interrupted by its user");
    const again = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    // Its lease was released: it does not have to be taken over.
    expect(again.output).not.toContain("without giving its lease back");
    expect(again.status, again.output).toBe(0);
    expect(again.output).toContain("smoke test passed");
    // What was made before the interruption is not made again.
    expect(again.output).not.toContain("database-branch created");
  });
});

it(
  "stops a rollout before the gate for tokens that are not accepted, all of them at once",
  { timeout: 120_000 },
  async () => {
    const wrong = ["NEON_API_KEY=wrong", "GITHUB_TOKEN=wrong"];
    const { status, output } = await sandbox.run("env", ...wrong, "bin/rollout", "up", "--stack", "staging");
    expect(status, output).toBe(2);
    expect(output).toContain(
      [
        "the stack staging cannot be rolled out; nothing was changed",
        "  Neon key: NEON_API_KEY is not accepted. make a new one and set NEON_API_KEY to it (docs/secrets.md lists where)",
        "  GitHub token: GITHUB_TOKEN is not accepted. make a new one and set GITHUB_TOKEN to it (docs/secrets.md lists where)",
      ].join("\n"),
    );
  },
);

/** Of each cloud a resource, a fault of a call that reads it, and all that is printed about it; every answer has its unit test. */
const faults: readonly (readonly [string, string, string, readonly string[], readonly string[]])[] = [
  [
    "neon",
    "database-branch",
    "a token that is not accepted",
    ["--kind", "status", "--status", "401"],
    [
      "error: Neon answered 401 to GET /api/v2/projects/PROJECT/branches/BRANCH: unauthorized",
      "NEON_API_KEY is not accepted: make a new one (docs/secrets.md describes how), then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "fly",
    "worker-app",
    "a token without the right",
    ["--kind", "status", "--status", "403"],
    [
      "error: Fly.io answered 403 to GET /v1/apps/atlaris-worker-staging: forbidden",
      "FLY_ACCESS_TOKEN lacks the right for it: docs/secrets.md lists those that it needs.",
    ],
  ],
  [
    "vercel",
    "web-live",
    "values that it does not take",
    ["--kind", "status", "--status", "422"],
    [
      "error: Vercel answered 422 to GET /v4/aliases/HOST: sandbox fault: status 422",
      "It does not take these values: look at the stack's settings.",
    ],
  ],
  [
    "github",
    "repository-secrets-VERCEL_TOKEN",
    "its own failure",
    ["--kind", "status", "--status", "500"],
    [
      "error: GitHub answered 500 to GET /repos/atlaris/atlaris/actions/secrets/VERCEL_TOKEN: internal server error - https://docs.github.com/rest",
      "That is GitHub's own failure, see https://www.githubstatus.com; then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "vercel",
    "web-live",
    "a conflict",
    ["--kind", "status", "--status", "409"],
    [
      "error: Vercel answered 409 to GET /v4/aliases/HOST: conflict",
      "Something else holds it or has its name: look at the names in the stack's settings, then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "neon",
    "database-branch",
    "another operation that is under way",
    ["--kind", "status", "--status", "423"],
    [
      "error: Neon answered 423 to GET /api/v2/projects/PROJECT/branches/BRANCH: project already has running conflicting operations, scheduling of new ones is prohibited",
      "Another operation is under way there; wait for its end, then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "github",
    "repository-secrets-VERCEL_TOKEN",
    "being asked too often",
    ["--kind", "status", "--status", "429"],
    [
      "error: GitHub answered 429 to GET /repos/atlaris/atlaris/actions/secrets/VERCEL_TOKEN: You have exceeded a secondary rate limit. Please wait a few minutes before you try again. - https://docs.github.com/free-pro-team@latest/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits",
      "It was asked too often; wait a minute, then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "fly",
    "worker-app",
    "no answer",
    ["--kind", "reset"],
    [
      "error: Fly.io did not answer GET /v1/apps/atlaris-worker-staging: ECONNRESET",
      "Is the network there, and the address right? Then run the command again: it continues where it stopped.",
    ],
  ],
  [
    "neon",
    "database-branch",
    "half an answer",
    ["--kind", "malformed"],
    [
      "error: Neon answered GET /api/v2/projects/PROJECT/branches/BRANCH with something that cannot be read: JSON that is cut off or damaged",
      "It is not known whether Neon carried it out: the connection may have ended early, or a proxy or a login page of the network has answered. Look for that, then run the command again: it continues where it stopped.",
    ],
  ],
];

/** What the engine prints of one resource, line by line; names that are made at random stand in capitals. */
function saidOf(resource: string, output: string): readonly string[] {
  const [, said = ""] = new RegExp(`^  \\S+ \\(${resource}\\):\n((?: {4}.*\n)+)`, "m").exec(output) ?? [];
  return said
    .trimEnd()
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/projects\/[a-z0-9-]+/, "projects/PROJECT")
        .replace(/branches\/br-[a-z0-9-]+/, "branches/BRANCH")
        .replace(/127\.0\.0\.1%3A\d+/, "HOST"),
    );
}

/** Each round has one fault of each cloud at most: a refresh meets all of a round at once. */
const rounds = [0, 1, 2].map((round) =>
  faults.filter(
    ([cloud], index) => faults.slice(0, index).filter(([other]) => other === cloud).length === round,
  ),
);

describe.each(rounds.map((round) => ({ round })))(
  "clouds that do not do what they are asked",
  { timeout: 180_000 },
  ({ round }) => {
    let output = "";
    beforeAll(async () => {
      for (const [cloud, , , fault] of round)
        await sandbox.read("faults", "add", "--cloud", cloud, "--path", "**", ...fault);
      const targets = round.flatMap(([, resource]) => ["--target", `**::${resource}`]);
      const words = ["pulumi", "refresh", "--stack", "staging", "--skip-preview", "--yes", ...targets];
      const ended = await sandbox.run(...words);
      await sandbox.read("faults", "clear");
      expect(ended.status, ended.output).not.toBe(0);
      ({ output } = ended);
    }, 180_000);

    it.each(round)(
      "are named with the call and what helps: %s, %s, %s",
      (_cloud, resource, _what, _fault, lines) => {
        expect(saidOf(resource, output), output).toEqual(lines);
      },
    );
  },
);

describe("a rollout into a cloud that fails", { timeout: 180_000 }, () => {
  it("reports that in its last lines, and continues at the next try", async () => {
    changeApplication(checkout, "changed", "worker");
    checkout.commit("Change the worker's words");
    await sandbox.read(
      ...["faults", "add", "--cloud", "fly", "--method", "POST", "--path", "/v1/apps/*/machines/*"],
      ...["--kind", "status", "--status", "500"],
    );
    const failed = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    // The cloud fails the rollback as well.
    expect(failed.status, failed.output).toBe(5);
    expect(failed.output).toMatch(/Failed after .* at worker-deployment\./);
    expect(failed.output).toMatch(
      /staging is not restored: the rollback to release \S+ \(#\d+\) failed too\./,
    );
    expect(failed.output).toMatch(
      /Fix the cause and restore it: bin\/rollout rollback --stack staging --to \d/,
    );
    await sandbox.read("faults", "clear");
    const again = await sandbox.run("bin/rollout", "up", "--stack", "staging");
    expect(again.status, again.output).toBe(0);
  });
});
