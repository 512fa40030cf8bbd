import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "../step.ts";
import type { World } from "../world.ts";

const label = (release: 1 | 2): string => `content-${String(release)}`;
const digest = (release: 1 | 2): string => `sha256:${String(release).repeat(64)}`;
const reference = (release: 1 | 2, world: World): string =>
  `registry.fly.io/${world.name("worker")}:${label(release)}`;

/** The images of both releases, as another rollout has built them: nothing is built here. */
async function putImages(world: World): Promise<void> {
  const { store, dataFolder } = world.emulators.fly;
  for (const release of [1, 2] as const) {
    store.state.images[digest(release)] = {
      ...{ digest: digest(release), createdAt: new Date().toISOString(), sizeBytes: 1 },
      config: { env: {}, workdir: "/", entrypoint: [], cmd: ["node"], user: "", exposed: [] },
    };
    store.state.tags[reference(release, world)] = digest(release);
    await mkdir(join(dataFolder, "images", digest(release).replace("sha256:", "")), { recursive: true });
  }
  await store.commit();
}

const config = (app: string): string => `app = "${app}"
primary_region = "fra"
[env]
PORT = "8080"
[processes]
worker = "node worker.mjs"
[checks.health]
type = "http"
processes = ["worker"]
port = 8080
method = "GET"
path = "/health"
interval = "2s"
timeout = "2s"
grace_period = "1s"
`;

/** Longer than a program that keeps the machine's clock takes, by the clock of the campaign. */
const waitSeconds = 900;

export const flySteps: readonly Step[] = [
  {
    name: "worker-app",
    path: "fly/app",
    needs: [],
    inputs: (_release, _made, world) => ({ name: world.name("worker"), organization: "personal" }),
    changes: false,
  },
  {
    name: "worker-secrets",
    path: "fly/app-secrets",
    needs: ["worker-app"],
    inputs: (release, _made, world) => ({
      app: world.name("worker"),
      values: {
        DATABASE_URL: `postgres://${String(release)}`,
        ...(release === 1 ? { OLD: "1" } : { NEW: "2" }),
      },
    }),
    changes: true,
  },
  {
    name: "worker-image",
    path: "fly/image",
    needs: ["worker-app"],
    prepare: putImages,
    inputs: (release, _made, world) => ({
      ...{ app: world.name("worker"), config: "fly.toml", dockerfile: "Dockerfile", label: label(release) },
      waitSeconds,
    }),
    changes: true,
  },
  {
    name: "worker-deployment",
    path: "fly/deployment",
    isSlow: true,
    needs: ["worker-app", "worker-secrets"],
    mayDiffer: {
      "fly apps.releases":
        "flyctl enters a release before it acts; that of a run that was cut off stays unfinished",
      "fly builds": "flyctl enters a build for each run",
      "fly machines.versions":
        "flyctl that was killed over a machine it had updated updates it again in the next run, to the same configuration",
    },
    prepare: putImages,
    inputs: (release, made, world) => ({
      ...{ app: world.name("worker"), config: "fly.toml", configText: config(world.name("worker")) },
      ...{ configDigest: "c", count: 1, regions: ["fra"], strategy: "rolling", waitSeconds },
      image: `${reference(release, world)}@${digest(release)}`,
      ...{ recipe: "r", sourceDigest: `source-${String(release)}` },
      secretsVersion: made.get("worker-secrets")?.["version"],
    }),
    changes: true,
  },
];
