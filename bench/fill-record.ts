/**
 * Enters releases into the record of staging that were never rolled out, with the deployments that show them: a long history, where
 * making it in earnest would take hours. Each entry is as large as a real one, and signed.
 *
 *     bin/sandbox node --require tsx/cjs bench/fill-record.ts SETTINGS.yaml 999
 */
import { readCloudAccess } from "@rollout/infra/shared/cloud-access";
import { digest } from "@rollout/infra/shared/digest";
import type { GitHub } from "@rollout/infra/github/client";
import { openGitHub } from "@rollout/infra/github/client";
import { noteTree } from "@rollout/infra/github/note-tree";
import { createRecorded, noteReceipt } from "@rollout/infra/rollout/record";
import { recordRef } from "@rollout/infra/rollout/records/chain";
import type { Composition } from "@rollout/infra/rollout/records/entry";
import { entryHash, sourcesOf } from "@rollout/infra/rollout/records/entry";
import { recordReceipt } from "@rollout/infra/rollout/records/keep";
import {
  chooseSigner,
  privateKeysIn,
  signingKeyVariable,
  withSignature,
} from "@rollout/infra/rollout/records/signature";
import type { SeenEntry } from "@rollout/infra/rollout/records/verify";
import { application } from "../rollout.config.ts";
import { kindOf } from "../stacks/environments.ts";
import { readArtifacts } from "../stacks/release/artifacts.ts";
import { settingsDigest } from "../stacks/release/candidate.ts";
import { compositionOf } from "../stacks/release/composition.ts";
import { readRelease } from "../stacks/release/release.ts";
import { recordTrusts } from "../stacks/settings/record-trusts.ts";
import type { Settings } from "../stacks/settings/schema.ts";
import { readSettings } from "./read-settings.ts";

async function main(file: string, count: number): Promise<void> {
  const settings = readSettings(file);
  const [root, kind] = [process.cwd(), kindOf("staging")];
  if (!kind) throw new Error("Internal error: there is no stack staging");
  const release = readRelease(root);
  const artifacts = await readArtifacts(root, application);
  const own = compositionOf({ application, kind, settings, release, artifacts, root });
  const { environment } = kind;
  const place = { owner: settings.github.owner, repository: settings.github.repository, environment };
  const github = await openGitHub(readCloudAccess(process.env).github);
  const { add, end } = await chainFor(github, place, settings);
  const { commit } = release;
  for (let number = 1; number <= count; number += 1) {
    const composition = earlier(own, number);
    const { digest: migrations, names } = composition.migrations;
    const at = new Date(Date.now() - (count - number + 1) * 3_600_000).toISOString();
    const deployment = await createRecorded(github, {
      ...{ ...place, commit, description: "rollout" },
      record: {
        ...{ schema: 1, release: commit, commit, environment, startedAt: at },
        artifacts: sourcesOf(composition),
        migrations: { digest: migrations, newest: names.at(-1) ?? "" },
      },
    });
    await add({
      ...{ kind: "begun", attempt: number, at, by: "bench@bench", environment, release: commit, commit },
      ...{ composition, checks: ["ci"], settings: settingsDigest(settings), deployment },
    });
    const ended = await add({
      ...{ kind: "ended", attempt: number, at, environment, result: "success" },
      description: "smoke test passed: a plan with 3 modules and 9 tasks in 0.4 s",
      images: [{ reference: imageOf(number), digest: `sha256:${digest(number)}` }],
      ...{ webDeployment: `dpl_history_${String(number)}`, webUrl: "https://history.invalid" },
    });
    await noteReceipt(github, place, deployment, recordReceipt(ended));
    await github.rest.repos.createDeploymentStatus({
      ...{ owner: place.owner, repo: place.repository, deployment_id: deployment },
      ...{ state: "success", auto_inactive: false },
    });
  }
  await end();
}

/** A chain of entries, to which `add` adds one behind the others. At its end the record points at the newest. */
async function chainFor(
  github: GitHub,
  place: { readonly owner: string; readonly repository: string; readonly environment: string },
  settings: Settings,
): Promise<{ readonly add: (entry: object) => Promise<SeenEntry>; readonly end: () => Promise<void> }> {
  const { owner, repository: repo, environment } = place;
  const kind = kindOf("staging");
  const trust = (kind && recordTrusts(kind, settings)?.[environment]) ?? { keys: [] };
  const signer = chooseSigner(privateKeysIn(process.env[signingKeyVariable]), 1, trust, environment);
  const tree = await noteTree(github, place);
  let newest: SeenEntry = { entry: 0, hash: "", sha: "" };
  return {
    add: async (entry) => {
      const number = newest.entry + 1;
      const placed = { ...entry, schema: 2, entry: number, previous: newest.hash };
      const message = withSignature(JSON.stringify(placed), signer);
      const parents = newest.sha === "" ? [] : [newest.sha];
      const { data } = await github.rest.git.createCommit({ owner, repo, message, tree, parents });
      return (newest = { entry: number, hash: entryHash(message), sha: data.sha });
    },
    end: async () => {
      const ref = `refs/${recordRef(environment)}`;
      await github.rest.git.createRef({ owner, repo, ref, sha: newest.sha });
    },
  };
}

/** A release like this one, of other sources. */
function earlier(own: Composition, number: number): Composition {
  const source = digest(`release ${String(number)}`);
  return {
    ...own,
    web: { ...own.web, source },
    workers: Object.fromEntries(
      Object.entries(own.workers).map(([name, worker]) => [
        name,
        { ...worker, source, image: imageOf(number) },
      ]),
    ),
  };
}

function imageOf(number: number): string {
  return `registry.fly.io/atlaris-history:release-${String(number)}`;
}

const [settingsFile = "", releases = "0"] = process.argv.slice(2);
main(settingsFile, Number(releases)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
