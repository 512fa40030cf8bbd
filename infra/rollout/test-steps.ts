import { providerAt } from "../engine/dispatch.ts";
import { pinned } from "../fly/image-reference.ts";
import type { Sources } from "./test-clouds.ts";
import { deploymentOf } from "./test-clouds.ts";

type Bag = Record<string, unknown>;

const labelOf = ({ worker, mailer, recipe }: Sources): string => `content-${worker}-${mailer}-${recipe}`;

/** The name that the workers' image of these sources has. */
export const referenceOf = (wanted: Sources): string => `registry.fly.io/worker:${labelOf(wanted)}`;

/** The steps of a rollout that put something live, in their order, and what each is given. */
const steps: readonly {
  readonly name: string;
  readonly path: string;
  readonly inputs: (wanted: Sources, state: ReadonlyMap<string, Kept>, host: string) => Bag;
}[] = [
  {
    name: "image",
    path: "fly/image",
    inputs: (wanted) => ({
      ...{ app: "worker", config: "fly.toml", dockerfile: "Dockerfile", waitSeconds: 5 },
      label: labelOf(wanted),
    }),
  },
  {
    name: "web-deployment",
    path: "vercel/deployment",
    inputs: ({ web }) => ({
      ...{ projectId: "prj", projectName: "web", team: "team", variablesDigest: "v", waitSeconds: 5 },
      sourceDigest: web,
      builtOf: "another commit",
      recorded: [{ deploymentId: deploymentOf(web) }],
    }),
  },
  ...(["worker", "mailer"] as const).map((app) => ({
    name: app,
    path: "fly/deployment",
    inputs: (wanted: Sources, state: ReadonlyMap<string, Kept>): Bag => {
      const { reference, imageDigest } = state.get("image")?.outputs ?? {};
      return {
        ...{
          app,
          config: "fly.toml",
          configText: `app = "${app}"\n`,
          configDigest: "c",
          secretsVersion: "s",
        },
        ...{ strategy: "rolling", waitSeconds: 5, count: 1, regions: ["fra"] },
        image: pinned(String(reference), String(imageDigest)),
        recipe: wanted.recipe,
        sourceDigest: wanted[app],
      };
    },
  })),
  {
    name: "live",
    path: "vercel/live",
    inputs: ({ web }, state, host) => ({
      ...{ team: "team", domain: host, protectionBypass: "", waitSeconds: 5 },
      deploymentId: state.get("web-deployment")?.outputs["deploymentId"],
      healthPath: "/api/health",
      sourceDigest: web,
    }),
  },
];

interface Kept {
  readonly id: string;
  readonly outputs: Bag;
}

export const stepCount = steps.length;

/** What the engine keeps of a stack, and does with the steps: compares, creates, changes or replaces each in its turn. */
export class TestStack {
  readonly #state = new Map<string, Kept>();
  readonly #host: () => string;

  /** @param host of the environment's address. */
  constructor(host: () => string) {
    this.#host = host;
  }

  /**
   * @param killed The number of the step that the run is killed at, and whether that had taken effect by then: the state
   * knows nothing of it either way.
   * @returns Whether the run has ended.
   */
  async up(
    wanted: Sources,
    killed?: { readonly step: number; readonly tookEffect: boolean },
  ): Promise<boolean> {
    for (const [number, { name, path, inputs }] of steps.entries()) {
      if (killed?.step === number && !killed.tookEffect) return false;
      const kept = await this.#step(path, this.#state.get(name), inputs(wanted, this.#state, this.#host()));
      if (killed?.step === number) return false;
      this.#state.set(name, kept);
    }
    return true;
  }

  async #step(path: string, kept: Kept | undefined, news: Bag): Promise<Kept> {
    const provider = providerAt(path);
    const created = async (): Promise<Kept> => {
      const { id, outs } = (await provider.create(news)) as { id: string; outs: Bag };
      return { id, outputs: outs };
    };
    if (kept === undefined) return created();
    const { changes, replaces } = await provider.diff(kept.id, kept.outputs, news);
    if (changes !== true) return kept;
    if ((replaces ?? []).length > 0) return created();
    const { outs } = (await provider.update(kept.id, kept.outputs, news)) as { outs: Bag };
    return { id: kept.id, outputs: outs };
  }

  async refresh(): Promise<void> {
    for (const { name, path } of steps) {
      const kept = this.#state.get(name);
      if (!kept) continue;
      const { id, props } = (await providerAt(path).read(kept.id, kept.outputs)) as {
        id: string;
        props: Bag;
      };
      if (id === "") this.#state.delete(name);
      else this.#state.set(name, { id, outputs: props });
    }
  }
}
