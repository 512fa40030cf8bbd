import type { components } from "@octokit/openapi-types";
import type { Context } from "hono";
import { Hono } from "hono";
import { z } from "zod";
import type { Addresses } from "./addresses.ts";
import { addressesFor, nodeId } from "./addresses.ts";
import { mayPass, refActor, type RefActor } from "./enforced-rules.ts";
import { permissionsOf } from "./job-tokens.ts";
import { tokenOf } from "./token-kinds.ts";
import type { GithubCloud } from "./cloud.ts";
import { nextId, now, repositoryOf } from "./cloud.ts";
import { GithubError, notFound, readBody } from "./errors.ts";
import { paginate } from "./pagination.ts";
import { rule } from "./ruleset-rules.ts";
import type { Repository, Ruleset } from "./state.ts";

const rulesetBody = z.strictObject({
  name: z.string().min(1),
  target: z.enum(["branch", "tag", "push"]).optional(),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
  bypass_actors: z
    .array(
      z.strictObject({
        actor_id: z.number().int().nullable().optional(),
        actor_type: z.enum([
          "Integration",
          "OrganizationAdmin",
          "RepositoryRole",
          "Team",
          "DeployKey",
          "EnterpriseOwner",
          "User",
        ]),
        bypass_mode: z.enum(["always", "pull_request", "exempt"]).default("always"),
      }),
    )
    .optional(),
  conditions: z
    .strictObject({
      ref_name: z.strictObject({
        include: z.array(z.string()).default([]),
        exclude: z.array(z.string()).default([]),
      }),
    })
    .optional(),
  rules: z.array(rule).optional(),
  // The provider plugin sends these two, which GitHub knows by the path.
  source: z.string().optional(),
  source_type: z.string().optional(),
});

/** Rulesets of a repository; what an active one forbids of a ref is refused by `holdAgainstRules`. */
export function rulesetRoutes(cloud: GithubCloud): Hono {
  const { store } = cloud;
  const routes = new Hono();
  const path = "/repos/:owner/:repo/rulesets";

  const rulesetOf = (repository: Repository, c: Context): Ruleset => {
    const found = repository.rulesets.find(({ id }) => String(id) === c.req.param("ruleset"));
    if (!found) throw notFound();
    return found;
  };
  const read = async <Schema extends z.ZodType>(
    c: Context,
    repository: Repository,
    schema: Schema,
    itself?: Ruleset,
  ): Promise<z.output<Schema>> => {
    const body = await readBody(c, schema);
    const { name } = body as { readonly name?: string };
    if (repository.rulesets.some((each) => each !== itself && each.content.name === name))
      throw new GithubError(422, "Validation Failed", ["Name must be unique"]);
    return body;
  };

  const viewerOf = (c: Context): Viewer => {
    const actor = refActor(cloud.context, c);
    const permissions = permissionsOf(cloud.context, tokenOf(c));
    return {
      actor,
      mayEdit: "app" in actor ? permissions?.["administration"] === "write" : actor.role === "admin",
    };
  };

  routes.get(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const addresses = addressesFor(cloud, c, repository);
    return c.json(
      paginate(cloud, c, repository.rulesets).map((each) => answerSummary(addresses, repository, each)),
    );
  });
  routes.post(path, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const { source: _source, source_type: _type, ...content } = await read(c, repository, rulesetBody);
    const at = now();
    const { target = "branch", bypass_actors = [], rules = [] } = content;
    const made: Ruleset = {
      id: nextId(store.state),
      createdAt: at,
      updatedAt: at,
      content: { ...content, target, bypass_actors, rules },
    };
    repository.rulesets.push(made);
    await store.commit();
    return c.json(answerRuleset(addressesFor(cloud, c, repository), repository, made, viewerOf(c)), 201);
  });
  routes.get(`${path}/:ruleset`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const found = rulesetOf(repository, c);
    return c.json(answerRuleset(addressesFor(cloud, c, repository), repository, found, viewerOf(c)));
  });
  routes.put(`${path}/:ruleset`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const found = rulesetOf(repository, c);
    // What a PUT leaves out stays.
    const change = await read(c, repository, rulesetBody.partial(), found);
    const { source: _source, source_type: _type, ...content } = change;
    const given = Object.entries(content).filter(([, value]) => value !== undefined);
    found.content = { ...found.content, ...Object.fromEntries(given) };
    found.updatedAt = now();
    await store.commit();
    return c.json(answerRuleset(addressesFor(cloud, c, repository), repository, found, viewerOf(c)));
  });
  routes.delete(`${path}/:ruleset`, async (c) => {
    const repository = await repositoryOf(cloud, c);
    const found = rulesetOf(repository, c);
    repository.rulesets = repository.rulesets.filter((each) => each !== found);
    await store.commit();
    return c.body(null, 204);
  });
  return routes;
}

function answerSummary(
  addresses: Addresses,
  repository: Repository,
  { id, content, createdAt, updatedAt }: Ruleset,
): components["schemas"]["repository-ruleset"] {
  return {
    id,
    node_id: nodeId("RepositoryRuleset", id),
    name: content.name,
    target: content.target,
    source_type: "Repository",
    source: `${repository.owner}/${repository.name}`,
    enforcement: content.enforcement,
    created_at: createdAt,
    updated_at: updatedAt,
    _links: {
      self: { href: `${addresses.repository}/rulesets/${String(id)}` },
      html: { href: `${addresses.repositoryHtml}/rules/${String(id)}` },
    },
  };
}

interface Viewer {
  readonly actor: RefActor;
  /** Whether the caller may write rulesets: who may pass one is shown to no other. */
  readonly mayEdit: boolean;
}

function answerRuleset(
  addresses: Addresses,
  repository: Repository,
  ruleset: Ruleset,
  { actor, mayEdit }: Viewer,
): components["schemas"]["repository-ruleset"] {
  type Answer = components["schemas"]["repository-ruleset"];
  const { bypass_actors, conditions, rules } = ruleset.content;
  return {
    ...answerSummary(addresses, repository, ruleset),
    // Their forms were checked when they came in.
    ...(mayEdit ? { bypass_actors: bypass_actors as Answer["bypass_actors"] & object } : {}),
    ...(conditions === undefined ? {} : { conditions: conditions }),
    rules: rules as Answer["rules"] & object,
    current_user_can_bypass: mayPass(ruleset, actor) ? "always" : "never",
  };
}
