import { readFileSync } from "node:fs";
import { join } from "node:path";
import { engineVersion } from "../toolchain/engine-version.ts";

/** What `bin/sandbox --help` prints. Every example in it is run by tests/sandbox/help.test.ts, in this order. */
export const helpText = `bin/sandbox CMD…  runs CMD against the clouds on this machine instead of the real ones

The first use sets the machine up (packages, the Pulumi engine) and starts the clouds: Neon, Fly.io, Vercel, GitHub
and an AI endpoint, on loopback, with a real PostgreSQL. They go on running until they are stopped.

Roll out, and look at it:
  bin/sandbox pulumi up --stack staging                       roll staging out; the address is in its last lines
  bin/sandbox bin/rollout up --stack staging                  the same, step by step
  bin/sandbox pulumi preview --stack staging --diff           what a rollout would change
  bin/sandbox status                                          what runs, where, which release
  bin/sandbox logs atlaris-worker-staging                     what an application printed
  bin/sandbox logs atlaris-worker-staging -f                  … and goes on until Ctrl-C
  bin/sandbox logs web                                        what the functions of the web application printed
  bin/sandbox flyctl status --app atlaris-worker-staging      the vendors' own tools meet the sandbox too

Try what can go wrong:
  bin/sandbox ci --fail                                       CI of the commit is red: the gate refuses the next rollout
  bin/sandbox ci --pass                                       … and lets it in again
  bin/sandbox faults add --cloud neon --path '**/branches' --kind status --status 429 --times 3
  bin/sandbox faults clear                                    every cloud answers again

Change a setting for this sandbox alone:
  bin/sandbox pulumi config set --stack staging --path rollout:fly.machines.worker.count 2
  bin/sandbox settings                                        which ones are not as in the checkout
  bin/sandbox settings --forget                               all of them as in the checkout again

Keep a state and come back to it:
  bin/sandbox snapshot save staging-live                      everything that the sandbox holds, under a name
  bin/sandbox snapshot restore staging-live                   … and in its place again

Compare the emulators with a recording:
  bin/sandbox replay run.har                                  where their answers differ from the recorded ones

See how rollouts end when calls fail:
  bin/sandbox chaos --step worker-app                         every call of that step with every fault

Leave it, or begin again:
  bin/sandbox shell                                           a shell in which every command meets the sandbox
  bin/sandbox stop                                            everything is there at the next start
  bin/sandbox reset                                           nothing is

Commands of its own (a program of the same name is run by \`bin/sandbox -- NAME…\`):
  status [--json]             what runs, which plugins are emulators, calls that no emulator knew,
                              faults that were set
  logs [APP] [-f]             what an application printed; -f goes on. APP is a Fly app, web, a Vercel project or
                              the id of a deployment. Without APP, the names there are
  ci [--run | --pass | --fail | --none]
                              what GitHub says about CI of the checked-out commit; nothing told: green. --run runs
                              the steps of .github/workflows/ci.yml and reports how they ended
  faults [add | profile | clear]
                              makes calls to the clouds fail or wait; more in: faults --help
  account [show | set | reset]
                              kind of key, plan and rights at the clouds; more in: account --help
  snapshot [save | restore | list | delete]
                              saves everything under a name and restores it, here or in another home; more in:
                              snapshot --help
  chaos                       makes every call of a rollout's steps meet every fault, and reports how each ended; more in:
                              chaos --help
  acceptance [--fast]         tries every promise in a sandbox of its own, and writes a report to sign; more in:
                              acceptance --help
  replay FILE                 sends the calls of a recording to new emulators and lists where their answers differ;
                              more in: replay --help
  monitoring [--test-alert | --get]
                              real Prometheus and Alertmanager over the sandbox until Ctrl-C; more in:
                              monitoring --help
  settings [--forget]         which settings this sandbox overrides: what is set through it goes into its own copy
                              of the stack file; --forget: as in the checkout again, secrets apart
  shell                       a shell in which every command meets the sandbox
  stop [--force]              stops the clouds; everything is there at the next start. While another command uses
                              them it asks, or refuses where there is no terminal; --force: without a question
  reset [--force]             stops them and deletes what they hold, and the stacks' states
  --version, --help

Environment:
  SANDBOX_HOME    where a sandbox lives (default .sandbox in the checkout); several run side by side
  ROLLOUT_CACHE   where the Pulumi engine is kept, and what all sandboxes share (default ~/.cache/cloud-rollout)
  SANDBOX_SNAPSHOTS
                  where snapshots are kept (default: snapshots in ROLLOUT_CACHE)
  SANDBOX_LAYERS  where layers of images are kept for all sandboxes (default: layers in ROLLOUT_CACHE)

Exit status: CMD's own. Of the sandbox itself: 1 something failed, 2 wrong use or set-up, 3 refused while
another command uses the clouds.
`;

/** What `bin/sandbox --version` prints. */
export function versionText(): string {
  const manifest = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  const { name, version } = JSON.parse(manifest) as { name: string; version: string };
  return `${name} ${version} (Pulumi engine ${engineVersion}, Node ${process.versions.node})`;
}
