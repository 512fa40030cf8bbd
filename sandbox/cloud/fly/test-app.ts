import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import {
  flyctl,
  type FlyctlResult,
  prepareFlyctl,
  startFlyctl,
  type RunningFlyctl,
  writeProgram,
} from "../../flyctl/test-program.ts";
import { openTestCloud, type TestCloud } from "../test-context.ts";
import { openWith } from "./index.ts";
import { type Lag, lagOf } from "./lag.ts";

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A machine as the Machines API answers it, as far as tests look at it. */
export interface MachineAnswer {
  readonly id: string;
  readonly state: string;
  readonly instance_id: string;
  readonly cordoned: boolean;
  readonly nonce?: string;
  readonly image_ref: { readonly repository: string; readonly tag: string; readonly digest: string };
  readonly config: {
    readonly image: string;
    readonly env?: Record<string, string>;
    readonly checks?: Readonly<Record<string, { readonly port: number }>>;
    readonly metadata: Record<string, string>;
  };
  readonly checks: readonly { readonly name: string; readonly status: string; readonly output: string }[];
  readonly events: readonly {
    readonly id: string;
    readonly type: string;
    readonly status: string;
    readonly timestamp: number;
    readonly request?: { readonly exit_event: { readonly exit_code: number } };
  }[];
}

/** Fly's emulator with the app `worker`, and images `one` and `two` of a small program in its registry. */
export interface TestApp {
  readonly cloud: TestCloud;
  /** Holds fly.toml, fly.broken.toml, and whatever a test writes. */
  readonly folder: string;
  call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Body>>;
  machines(): Promise<readonly MachineAnswer[]>;
  /** The emulator of flyctl. */
  flyctl(...args: string[]): Promise<FlyctlResult>;
  start(...args: string[]): RunningFlyctl;
  close(): Promise<void>;
}

/** @param lag What differs from the default; a new app or machine is shown at once. */
export async function openTestApp(lag: Partial<Lag> = {}): Promise<TestApp> {
  const cloud = await openTestCloud("fly", (context) =>
    openWith(context, { ...lagOf(undefined), app: 0, machine: 0, ...lag }),
  );
  await prepareFlyctl(cloud);
  const folder = await mkdtemp(join(tmpdir(), "atlaris-fly-app-"));
  await writeProgram(folder);

  const call: TestApp["call"] = async (method, path, body, headers = {}) => {
    const response = await fetch(cloud.origin + path, {
      method,
      headers: { authorization: `Bearer ${cloud.token}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as never };
  };
  await call("POST", "/v1/apps?wait=true", { name: "worker", org_slug: "personal", network: "" });
  for (const label of ["one", "two"]) {
    await writeFile(join(folder, "version.txt"), `${label}\n`);
    const built = await flyctl(
      cloud,
      folder,
      ...["deploy", "--build-only", "--dockerfile", "Dockerfile.worker", "--image-label", label],
    );
    if (built.code !== 0) throw new Error(`image ${label} was not built: ${built.stderr}`);
  }
  return {
    cloud,
    folder,
    call,
    machines: async () => (await call<MachineAnswer[]>("GET", "/v1/apps/worker/machines")).body,
    flyctl: (...args) => flyctl(cloud, folder, ...args),
    start: (...args) => startFlyctl(cloud, folder, args),
    close: async () => {
      await rm(folder, { recursive: true, force: true });
      await cloud.close();
    },
  };
}

/** Asks until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>, seconds = 60): Promise<void> {
  await vi
    .waitUntil(() => isSo().catch(() => false), { timeout: seconds * 1000 })
    .catch(() => {
      throw new Error(`not within ${seconds} s: ${what}`);
    });
}
