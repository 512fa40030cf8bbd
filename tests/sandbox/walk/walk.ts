import { execFile } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import type { Checkout } from "../checkout.ts";
import { callCloud } from "../observe.ts";
import { cleanEnvironment, type Ended, type Sandbox } from "../sandbox.ts";
import { openGitServer, type GitServer } from "./git-server.ts";

/** What the walk's user puts in for the placeholders of the README. */
export const names = {
  ME: "harbour-pilots",
  NAME: "logbook",
  LOGIN: "sandbox",
  "MY-WORKER": "harbour-worker",
  "MY-REGENERATOR": "harbour-regenerator",
  "MY-IMAGES": "harbour-images",
  "MY-$STACK": "harbour-$STACK",
  "team_…": "team_harbour",
} as const;
export const repository = `${names.ME}/${names.NAME}`;

/** A user with a clone, a repository on GitHub, and the clouds of the sandbox. */
export interface Walk {
  /** Runs a command as typed in the clone, without the sandbox: with Pulumi's engine and the user's own state. */
  readonly onMachine: (command: string) => Promise<Ended>;
  /** Where the user's own state is. */
  readonly userFolder: () => string;
  /** Runs it with the clouds' addresses and tokens, as step 4 of the README puts the tokens into the environment. */
  readonly withTokens: (command: string) => Promise<Ended>;
  /** The repository's Git side; made by the first call. */
  readonly gitServer: () => GitServer;
  readonly github: <T>(method: string, path: string, body?: unknown) => Promise<T>;
  /** Sets how CI ended for the commit that is checked out. */
  readonly setCi: (state: "pass" | "fail" | "pending") => Promise<unknown>;
  /** Opens a pull request; gives its number. */
  readonly open: (head: string, base: string, title: string) => Promise<number>;
  /** Merges it; the clone then has the merge checked out, as a runner has. Gives its commit. */
  readonly merge: (number: number, base: string) => Promise<string>;
}

export function walkIn(checkout: Checkout, sandbox: Sandbox): Walk {
  let server: GitServer | undefined;
  const github: Walk["github"] = (method, path, body) =>
    callCloud(sandbox, "github", method, `/repos/${repository}${path}`, body);
  return {
    github,
    gitServer: () => (server ??= openGitServer(sandbox, repository)),
    userFolder: () => userFolderOf(sandbox),
    onMachine: (command) => runOnMachine(checkout, sandbox, command),
    withTokens: (command) => sandbox.run("sh", "-c", command),
    setCi: (state) =>
      state === "pending"
        ? callCloud(
            sandbox,
            "github",
            "PUT",
            `/_sandbox/ci/${repository}/${checkout.git("rev-parse", "HEAD")}`,
            { state },
          )
        : sandbox.read("ci", `--${state}`),
    open: async (head, base, title) =>
      (await github<{ number: number }>("POST", "/pulls", { head, base, title })).number,
    merge: async (number, base) => {
      const { sha } = await github<{ sha: string }>("PUT", `/pulls/${String(number)}/merge`, {});
      await server?.receiveMerge(base, sha);
      checkout.git("fetch", "--quiet", "origin");
      checkout.git("checkout", "--quiet", "--detach", sha);
      return sha;
    },
  };
}

/** The engine itself, since the sandbox's `pulumi` keeps what it sets out of the checkout's stack files. */
function engineOf(sandbox: Sandbox): string {
  const wrapper = readFileSync(join(sandbox.home, "bin", "pulumi"), "utf8");
  const [, engine] = /^engine='(.+)'$/m.exec(wrapper) ?? [];
  if (engine === undefined) throw new Error("the sandbox's pulumi names no engine");
  return engine;
}

function userFolderOf({ home }: Sandbox): string {
  const folder = join(home, "user");
  mkdirSync(folder, { recursive: true });
  return folder;
}

function runOnMachine(checkout: Checkout, sandbox: Sandbox, command: string): Promise<Ended> {
  const home = userFolderOf(sandbox);
  const environment = {
    ...cleanEnvironment(),
    HOME: home,
    PULUMI_HOME: join(home, ".pulumi"),
    PULUMI_CONFIG_PASSPHRASE: "of the user",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: [dirname(engineOf(sandbox)), process.env["PATH"] ?? ""].join(delimiter),
  };
  return new Promise((resolve) => {
    const options = { cwd: checkout.root, env: environment, timeout: 120_000 };
    const child = execFile("sh", ["-c", command], options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, output: stdout + stderr }),
    );
  });
}
