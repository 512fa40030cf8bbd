import type { TestAnswer, TestCall } from "../shared/test-api.ts";
import { deploymentMeta } from "../vercel/names.ts";
import { unpinned } from "../fly/image-reference.ts";

/** What an image or a web deployment was built of. */
export interface Sources {
  readonly web: string;
  readonly worker: string;
  readonly mailer: string;
  readonly recipe: string;
}

export interface FakeMachine {
  readonly id: string;
  instance: string;
  image: string;
  digest: string;
  state: string;
}

const notFound: TestAnswer = { status: 404, body: { error: "not found" } };
const ok = (body: unknown): TestAnswer => ({ status: 200, body });

/**
 * As much of Fly and Vercel as a rollout reads and writes of what runs, in memory. What each holds was built of known
 * sources, so that a test can compare them with what a rollout reports.
 */
export class TestClouds {
  readonly machines = new Map<string, FakeMachine[]>();
  readonly builtOf = new Map<string, Sources>();
  /** What the next build is made of: the checkout. */
  checkout: Sources;
  address: string | undefined;
  readonly #registry = new Map<string, string>();
  readonly #deployments: { readonly id: string; readonly source: string }[] = [];
  #count = 0;

  constructor(checkout: Sources) {
    this.checkout = checkout;
  }

  #next(): string {
    this.#count += 1;
    return String(this.#count);
  }

  /** Pushes an image under a tag; one that was there is no longer named by it. */
  push(reference: string, sources: Sources): void {
    const digest = `sha256:${this.#next().padStart(64, "0")}`;
    this.#registry.set(reference, digest);
    this.builtOf.set(digest, sources);
  }

  /** Vercel builds the web of the checkout, unless it has. */
  buildWeb(): void {
    const { web } = this.checkout;
    if (!this.#deployments.some(({ source }) => source === web))
      this.#deployments.unshift({ id: deploymentOf(web), source: web });
  }

  /** The digest that the registry has under a reference. */
  held(reference: string): string | undefined {
    return this.#registry.get(reference);
  }

  deployments(): readonly string[] {
    return this.#deployments.map(({ id }) => id);
  }

  sourceAtAddress(): string | undefined {
    return this.#deployments.find(({ id }) => id === this.address)?.source;
  }

  run(machine: FakeMachine, image: string): void {
    machine.instance = `i${this.#next()}`;
    machine.image = image;
    machine.digest = this.#resolve(image) ?? "";
    machine.state = "started";
  }

  #resolve(image: string): string | undefined {
    const { reference, digest } = unpinned(image);
    return digest ?? this.#registry.get(reference);
  }

  /** What flyctl does with these words. */
  flyctl(words: readonly string[]): void {
    const after = (flag: string): string => words[words.indexOf(flag) + 1] ?? "";
    if (words[0] !== "deploy") return;
    const app = after("--app");
    if (words.includes("--build-only")) {
      this.push(`registry.fly.io/${app}:${after("--image-label")}`, this.checkout);
      return;
    }
    const image = after("--image");
    if (this.#resolve(image) === undefined) throw new Error(`Error: could not find image "${image}"`);
    const machines = this.machines.get(app) ?? [];
    if (machines.length === 0)
      machines.push({ id: `m${this.#next()}`, instance: "", image: "", digest: "", state: "created" });
    this.machines.set(app, machines);
    for (const machine of machines) this.run(machine, image);
  }

  answer({ method, url, body }: TestCall): TestAnswer {
    const path = url.split("?")[0] ?? "";
    if (path === "/api/health") return ok({ sourceDigest: this.sourceAtAddress() });
    if (path === "/graphql") return this.#image(body as { variables: { imageRef: string } });
    const [, app, id, act] = /^\/v1\/apps\/([^/]+)\/machines(?:\/([^/]+)(?:\/(\w+))?)?$/.exec(path) ?? [];
    if (app !== undefined) return this.#machine(method, app, id, act);
    return this.#web(method, path, body);
  }

  #image({ variables: { imageRef } }: { readonly variables: { readonly imageRef: string } }): TestAnswer {
    const digest = this.#resolve(imageRef);
    return ok({ data: { app: { image: digest === undefined ? null : { digest } } } });
  }

  #machine(method: string, app: string, id: string | undefined, act: string | undefined): TestAnswer {
    const machines = this.machines.get(app) ?? [];
    if (id === undefined) return ok(machines.map(machineView));
    const machine = machines.find((each) => each.id === id);
    if (!machine) return notFound;
    if (act === "start") machine.state = "started";
    if (act === "stop") machine.state = "stopped";
    if (method === "DELETE")
      this.machines.set(
        app,
        machines.filter((each) => each !== machine),
      );
    return ok(machineView(machine));
  }

  #web(method: string, path: string, body: unknown): TestAnswer {
    if (path.includes("/aliases") && method === "POST") {
      this.address = path.split("/").at(-2);
      return ok({ uid: "a", alias: (body as { alias: string }).alias, created: new Date().toISOString() });
    }
    if (path.includes("/aliases"))
      return this.address === undefined ? notFound : ok({ uid: "a", deploymentId: this.address });
    const known = this.#deployments.find(({ id }) => path.endsWith(`/${id}`));
    if (!known) return notFound;
    const meta = { [deploymentMeta.source]: known.source, [deploymentMeta.variables]: "v" };
    return ok({ readyState: "READY", url: `${known.id}.vercel.app`, meta });
  }
}

/** The id of the deployment of these sources, which the record of a release names. */
export const deploymentOf = (web: string): string => `dpl_${web}`;

function machineView({ id, instance, image, digest, state }: FakeMachine): object {
  return {
    ...{ id, state, region: "fra", instance_id: instance },
    image_ref: { repository: "worker", digest },
    config: { image, metadata: { fly_platform_version: "v2" } },
    checks: [{ name: "health", status: state === "started" ? "passing" : "critical" }],
  };
}
