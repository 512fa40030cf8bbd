import * as pulumi from "@pulumi/pulumi";
import * as vercel from "@pulumiverse/vercel";
import { digest } from "../shared/digest.ts";
import { bypassNote, projectBehaviour } from "./names.ts";
import { ProjectSettings, ProtectionBypass, Variable } from "./resources.ts";

export interface WebProjectArgs {
  /** Name of the one Vercel project of all environments. */
  readonly project: string;
  /** Its id where it is there already; then it is taken over. */
  readonly existingProjectId: string | undefined;
  /** Vercel team, `team_…`. */
  readonly team: string;
  /** Vercel target of this environment's variables. */
  readonly target: "preview" | "production";
  /** Environment of a pull request: its variables are those of its deployments alone, and the project has none of it. */
  readonly preview?: string;
  /** Whether an environment of a pull request makes the project and its settings: it is one of such environments alone. */
  readonly makesProject?: boolean;
  /** Who may open a deployment without a key of Vercel's own; `none` leaves the API's keys alone to guard it. */
  readonly deploymentProtection: "none" | "standard_protection_new" | "all_deployments";
  /** A change of this text makes a new secret for passing that protection. */
  readonly bypassVersion: string;
  /** Variables of the environment, by name. Vercel freezes them into each deployment. */
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The Vercel project and the variables of one environment. Vercel never deploys or assigns a domain automatically here:
 * the release would be live before its migration and its workers.
 */
export class WebProject extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;
  /** Digest of the variables' names and values; a change of it asks for another deployment. */
  readonly variablesDigest: pulumi.Output<string>;
  /**
   * Secret: what each deployment of a preview gets of its own. A variable of the project for a git branch needs a
   * repository that is connected to it and has the branch.
   */
  readonly deploymentVariables: pulumi.Output<Readonly<Record<string, string>>> | undefined;
  /** Secret; empty when the deployments are open. */
  readonly protectionBypass: pulumi.Output<string>;
  /** What a deployment has to wait for. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: WebProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("rollout:vercel:WebProject", name, {}, opts);
    const { projectId, settings } =
      args.preview !== undefined && args.makesProject !== true
        ? foundProject(args)
        : this.#ownProject(name, args);
    const place = { projectId, team: args.team };
    const ofProject = args.preview === undefined ? Object.entries(args.variables) : [];
    const variables = ofProject.map(
      ([key, value]) =>
        new Variable(`${name}-${key}`, { ...place, key, value, target: args.target }, { parent: this }),
    );
    const bypass =
      args.deploymentProtection === "none"
        ? undefined
        : new ProtectionBypass(
            `${name}-bypass`,
            {
              ...place,
              note: bypassNote(args.preview ?? args.target),
              version: args.bypassVersion,
            },
            { parent: this },
          );
    this.projectId = projectId;
    this.variablesDigest = pulumi.secret(pulumi.all(args.variables).apply(digest));
    this.deploymentVariables =
      args.preview === undefined ? undefined : pulumi.secret(pulumi.all(args.variables));
    this.protectionBypass = bypass ? pulumi.secret(bypass.secret) : pulumi.output("");
    this.ready = [...settings, ...variables];
    this.registerOutputs({ projectId: this.projectId });
  }

  #ownProject(name: string, args: WebProjectArgs): UsedProject {
    const project = ownProject({ ...args, name }, this);
    const settings = new ProjectSettings(
      `${name}-settings`,
      {
        projectId: project.id,
        team: args.team,
        ...projectBehaviour,
        deploymentProtection: args.deploymentProtection,
      },
      { parent: this },
    );
    return { projectId: project.id, settings: [settings] };
  }
}

export interface OwnProjectArgs {
  /** Of the resources, before `-project` and `-provider`. */
  readonly name: string;
  readonly project: string;
  readonly team: string;
  /** Id of the project where it exists already: it is imported as it is. */
  readonly existingProjectId: string | undefined;
}

/** The project itself. Other environments are in it: the first stack makes it, none deletes it. */
export function ownProject(args: OwnProjectArgs, parent: pulumi.Resource): vercel.Project {
  const { name, project, team, existingProjectId } = args;
  // The token stays in the environment, where the plugin finds it: in an input it would be kept in the state.
  const provider = new vercel.Provider(`${name}-provider`, { team }, { parent });
  return new vercel.Project(
    `${name}-project`,
    { name: project },
    {
      parent,
      provider,
      retainOnDelete: true,
      ...(existingProjectId ? { import: existingProjectId } : {}),
      // A project that is taken over may have any; ProjectSettings brings them in line.
      ignoreChanges: ["autoAssignCustomDomains", "gitProviderOptions", "nodeVersion", "vercelAuthentication"],
    },
  );
}

interface UsedProject {
  readonly projectId: pulumi.Output<string>;
  readonly settings: readonly pulumi.Resource[];
}

/** What a preview uses as it is: what a pull request sets of the project is not to change production's. */
function foundProject({ project, existingProjectId }: WebProjectArgs): UsedProject {
  if (existingProjectId === undefined) throw new Error(`there is no Vercel project ${project}`);
  return { projectId: pulumi.output(existingProjectId), settings: [] };
}
