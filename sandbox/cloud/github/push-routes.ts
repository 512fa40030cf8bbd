import { Hono } from "hono";
import { z } from "zod";
import type { GithubCloud } from "./cloud.ts";
import { repositoryOf } from "./cloud.ts";
import { commitName } from "./commit-name.ts";
import { refActor, violationsOf, type RefAct } from "./enforced-rules.ts";
import { GithubError, readBody } from "./errors.ts";
import { comesAfter } from "./git-routes.ts";
import type { Repository } from "./state.ts";

const sha = z.string().regex(/^[0-9a-f]{40}$/, "is not a SHA");
const person = z.strictObject({ name: z.string(), email: z.string(), date: z.string() });
const pushBody = z.strictObject({
  ref: z.string().regex(/^refs\/[^/]+\/./, "is not a ref"),
  /** Absent where the push deletes the ref. */
  after: sha.optional(),
  /** The commits that the push brings, parents before children. */
  commits: z
    .array(
      z.strictObject({
        message: z.string(),
        tree: sha,
        parents: z.array(sha),
        author: person,
        committer: person,
      }),
    )
    .default([]),
});

/**
 * What only the sandbox has: a Git server reports a push here before it accepts it. The rules of the branch decide; the text
 * of a refusal is what GitHub prints to the one who pushes (yshavit/mdq#255, henne49/dbus-opendtu#235).
 */
export function pushRoutes(cloud: GithubCloud): Hono {
  const routes = new Hono();
  routes.post("/_sandbox/push/:owner/:repo", async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { ref, after, commits } = await readBody(c, pushBody);
    const known = Object.fromEntries(
      commits.map((commit) => [commitName(commit), { ...commit, isPushed: true as const }]),
    );
    const violations = violationsOf(
      repository,
      ref,
      actOf(repository, ref, after, known),
      refActor(cloud.context, c),
    );
    if (violations.length > 0)
      throw new GithubError(
        422,
        [
          `error: GH013: Repository rule violations found for ${ref}.`,
          `Review all repository rules at ${cloud.context.origin}/${repository.owner}/${repository.name}/rules?ref=${encodeURIComponent(ref)}`,
          "",
          ...violations.flatMap((violation) => [`- ${violation}`, ""]),
        ].join("\n"),
      );
    Object.assign(repository.commits, known);
    if (after === undefined) Reflect.deleteProperty(repository.refs, ref);
    else repository.refs[ref] = after;
    await cloud.store.commit();
    return c.json({ ref, after: after ?? null });
  });
  return routes;
}

function actOf(
  repository: Repository,
  ref: string,
  after: string | undefined,
  pushed: Repository["commits"],
): RefAct {
  const before = repository.refs[ref];
  if (after === undefined) return "delete";
  if (before === undefined) return "create";
  const commits = { ...repository.commits, ...pushed };
  return comesAfter({ commits }, before, after) ? "change" : "force";
}
