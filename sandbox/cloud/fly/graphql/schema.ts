import type { Services } from "../api/services.ts";
import { appView, machinesOf } from "../api/views.ts";
import { lagLeft } from "../lag.ts";
import type { App, Machine, Release } from "../state.ts";
import { GraphqlError } from "./errors.ts";
import type { Node, Resolver } from "./select.ts";

const defaultPage = 25;

/** The queries that flyctl makes (fly-go's resource_*.go, flyctl's internal/command), over this sandbox's state. */
export function queryRoot(services: Services): Node {
  const { store } = services;
  const apps = (): App[] => Object.values(store.state.apps);
  const findApp = (name: unknown): App => {
    const app = typeof name === "string" ? store.state.apps[name] : undefined;
    if (app) return app;
    throw new GraphqlError(`Could not find App "${typeof name === "string" ? name : ""}"`, {
      code: "NOT_FOUND",
    });
  };
  const slugs = (): string[] => [...new Set(apps().map((app) => app.organization)).add("personal")];

  const page = (args: Readonly<Record<string, unknown>>): Node => {
    const wanted = args["organizationId"] ?? undefined;
    const chosen = apps().filter(
      (app) => wanted === undefined || organizationId(app.organization) === wanted,
    );
    return {
      __typename: "AppConnection",
      pageInfo: { __typename: "PageInfo", hasNextPage: false, endCursor: "" },
      nodes: chosen.map((app) => appNode(services, app)),
    };
  };
  const organization: Resolver = ({ slug, name }) => {
    const wanted = slug ?? name;
    const found = slugs().find((each) => each === wanted);
    if (found === undefined) throw new GraphqlError(`Could not find Organization`, { code: "NOT_FOUND" });
    return organizationNode(found);
  };
  return {
    __typename: "Queries",
    app: (({ name }) => appNode(services, findApp(name))) satisfies Resolver,
    apps: page,
    organizations: { nodes: slugs().map(organizationNode) },
    organization,
    viewer: { __typename: "User", id: "sandbox", email: "sandbox@localhost", name: "sandbox" },
    // Whether a newer version of the vendor's own images is out, which no image here is.
    latestImageDetails: null,
    appNameAvailable: (({ name }) => store.state.apps[String(name)] === undefined) satisfies Resolver,
    canPerformBluegreenDeployment: (({ name }) => findApp(name).name !== "") satisfies Resolver,
  };
}

const organizationId = (slug: string): string => `org-${slug}`;

function organizationNode(slug: string): Node {
  return {
    __typename: "Organization",
    id: organizationId(slug),
    internalNumericId: "1",
    slug,
    rawSlug: slug,
    name: slug,
    type: slug === "personal" ? "PERSONAL" : "SHARED",
    paidPlan: false,
    billable: true,
    billingStatus: "CURRENT",
    viewerRole: "admin",
    provisionsBetaExtensions: false,
    addOnSsoLink: null,
    limitedAccessTokens: { nodes: [] },
    addOns: { nodes: [] },
  };
}

function appNode(services: Services, app: App): Node {
  const { store } = services;
  const view = appView(store.state, app);
  const newest = app.releases.toReversed();
  const current = newest[0] ? releaseNode(newest[0]) : null;
  const machines = machinesOf(store.state, app.name);
  return {
    __typename: "App",
    id: app.name,
    internalNumericId: app.number,
    name: app.name,
    network: app.network,
    status: app.status,
    version: newest[0]?.version ?? 0,
    hostname: `${app.name}.fly.dev`,
    cnameTarget: view["cname_target"],
    deployed: app.status === "deployed",
    appUrl: "",
    platformVersion: "machines",
    organization: organizationNode(app.organization),
    role: null,
    config: { definition: newest[0]?.definition ?? {} },
    services: [],
    ipAddresses: { nodes: [] },
    egressIpAddresses: { nodes: [] },
    sharedIpAddress: "",
    imageDetails: imageDetails(machines[0]),
    machines: { nodes: machines.map(machineNode) },
    releasesUnprocessed: (({ first }) => ({
      nodes: newest.slice(0, typeof first === "number" ? first : defaultPage).map(releaseNode),
    })) satisfies Resolver,
    currentRelease: current && { ...current, __typename: "Release" },
    currentReleaseUnprocessed: current,
    image: (({ ref }) => imageNode(services, typeof ref === "string" ? ref : "")) satisfies Resolver,
  };
}

function machineNode({ id, name, config, state, region, createdAt, app }: Machine): Node {
  return {
    __typename: "Machine",
    id,
    name,
    config,
    state,
    region,
    createdAt,
    app: { name: app },
    ips: { nodes: [] },
    host: { id: "sandbox" },
  };
}

function imageDetails(machine: Machine | undefined): Node | null {
  return machine
    ? {
        __typename: "ImageVersion",
        registry: "registry.fly.io",
        repository: machine.app,
        tag: "",
        digest: machine.imageDigest,
        version: "",
      }
    : null;
}

/**
 * An image that is not there is reported in prose alone (superfly/flyctl#385), also for up to a minute after its push
 * (superfly/flyctl#4595).
 */
function imageNode({ builder, store, pushedAt, lag }: Services, reference: string): Node {
  const isVisible = lagLeft(lag, "image", pushedAt.get(reference) ?? 0) === 0;
  const digest = isVisible ? builder.resolve(reference) : undefined;
  const image = digest === undefined ? undefined : store.state.images[digest];
  if (!image) throw new GraphqlError(`Could not find image "${reference}"`);
  // A BigInt of GraphQL is text in JSON.
  const size = String(image.sizeBytes);
  return {
    __typename: "Image",
    id: image.digest,
    digest: image.digest,
    ref: reference,
    compressedSize: size,
    compressedSizeFull: size,
    manifest: null,
  };
}

function releaseNode(release: Release): Node {
  return {
    __typename: "ReleaseUnprocessed",
    id: release.id,
    version: release.version,
    description: "Release",
    reason: "",
    status: release.status,
    imageRef: release.imageRef,
    stable: release.status === "complete",
    inProgress: release.status === "running" || release.status === "pending",
    evaluationId: "",
    configDefinition: release.definition,
    deploymentStrategy: release.strategy,
    user: { id: "sandbox", email: "sandbox@localhost", name: "sandbox" },
    createdAt: release.createdAt,
  };
}
