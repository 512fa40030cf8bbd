import { Vercel } from "@vercel/sdk";
import { Octokit } from "@octokit/rest";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { AccountsUnderTest } from "./accounts-under-test.ts";
import { examineAccounts, faultsOfAccounts } from "./accounts-under-test.ts";
import { open as openFly } from "../../sandbox/cloud/fly/index.ts";
import { open as openGithub } from "../../sandbox/cloud/github/index.ts";
import { pushedCommit } from "../../sandbox/cloud/github/test-client.ts";
import { open as openNeon } from "../../sandbox/cloud/neon/index.ts";
import { connect, type TestNeon } from "../../sandbox/cloud/neon/test-client.ts";
import { openTestCloud, type TestCloud } from "../../sandbox/cloud/test-context.ts";
import { open as openVercel } from "../../sandbox/cloud/vercel/index.ts";

const names = ["neon", "fly", "vercel", "github"] as const;
type Name = (typeof names)[number];

/** The repository of the settings, and a commit of it whose CI is green. */
export const at = { owner: "atlaris", repo: "atlaris" };
export const commit = pushedCommit("doctor");
/** A worker's app in the settings. */
export const app = "atlaris-worker-staging";

/** Values of `bin/sandbox account`, by setting. */
export type Account = Readonly<Record<string, string>>;

/** The four emulators, while the tests of a file run; their accounts are as usual again after each test. */
export class DoctorClouds {
  neon!: TestNeon;
  vercel!: Vercel;
  github!: Octokit;
  readonly #clouds = {} as Record<Name, TestCloud>;

  constructor() {
    beforeAll(() => this.#open(), 120_000);
    afterAll(async () => {
      for (const name of names) await this.#clouds[name].close();
    }, 120_000);
    afterEach(async () => {
      for (const name of names) await this.#clouds[name].account.reset();
    });
  }

  async #open(): Promise<void> {
    const openers = { neon: openNeon, fly: openFly, vercel: openVercel, github: openGithub };
    for (const name of names) this.#clouds[name] = await openTestCloud(name, openers[name]);
    const { neon, vercel, github } = this.#clouds;
    this.neon = connect(neon);
    this.vercel = new Vercel({ bearerToken: vercel.token, serverURL: vercel.origin });
    this.github = new Octokit({ auth: github.token, baseUrl: github.origin, log: silent });
  }

  /** Sets what each cloud's account is. */
  async setAccounts(account: Account): Promise<void> {
    for (const [setting, value] of Object.entries(account))
      await this.#clouds[setting.split(".")[0] as Name].account.set(setting, value);
  }

  access(): AccountsUnderTest["access"] {
    const of = (name: Name): { readonly baseUrl: string; readonly token: string } => ({
      baseUrl: this.#clouds[name].origin,
      token: this.#clouds[name].token,
    });
    const neon = of("neon");
    return {
      neon: { ...neon, baseUrl: `${neon.baseUrl}/api/v2` },
      fly: of("fly"),
      vercel: of("vercel"),
      github: of("github"),
    };
  }

  examine(more: Partial<AccountsUnderTest> = {}): ReturnType<typeof examineAccounts> {
    return examineAccounts({ access: this.access(), commit, look: free, ...more });
  }

  /** Names of the checks for which the operation does not begin. */
  async stopping(
    of: Parameters<typeof faultsOfAccounts>[1],
    more: Partial<AccountsUnderTest> = {},
  ): Promise<readonly string[]> {
    const faults = await faultsOfAccounts({ access: this.access(), commit, look: free, ...more }, of);
    return faults.map((fault) => fault.split(":")[0] ?? "");
  }

  /** Names of the checks that do not hold. */
  async failing(more: Partial<AccountsUnderTest> = {}): Promise<readonly string[]> {
    return (await this.examine(more)).filter(({ verdict }) => verdict === "fails").map(({ name }) => name);
  }

  /** Writes that the emulators were sent. */
  writes(): number {
    return names.reduce((sum, name) => sum + (this.#clouds[name].wire.calls()[name]?.writes ?? 0), 0);
  }

  /** A call to Fly as its documents have it; gives the status. */
  async fly(method: string, path: string, body?: object): Promise<number> {
    const { origin, token } = this.#clouds.fly;
    const answer = await fetch(origin + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await answer.text();
    return answer.status;
  }

  createApp(name: string): Promise<number> {
    return this.fly("POST", "/v1/apps?wait=true", { name, org_slug: "personal", network: "" });
  }
}

/** Vercel's answer for a name that is free. */
const free: typeof fetch = () =>
  Promise.resolve(new Response(null, { status: 404, headers: { "x-vercel-error": "DEPLOYMENT_NOT_FOUND" } }));

/** What the emulator refuses is asserted, not printed. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // See above.
}
