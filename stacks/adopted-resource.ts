/** The paths of the providers whose resources can be of a thing that exists. */
export type AdoptedPath =
  | "neon/project"
  | "neon/existing-project"
  | "neon/branch"
  | "neon/endpoint"
  | "neon/role"
  | "neon/database"
  | "neon/connection"
  | "neon/application-role"
  | "fly/app"
  | "fly/app-secrets"
  | "railway/service"
  | "vercel/project-settings"
  | "vercel/variable"
  | "github/secret"
  | "github/ruleset";

/** Kinds whose providers are plugins of the engine's: it imports them itself. */
export type PluginKind = "vercel project" | "github environment" | "github deployment policy";

interface OfStack {
  /** The resource's name in the program. */
  readonly name: string;
  /** The component that it is a part of. */
  readonly component?: { readonly type: string; readonly name: string };
  readonly id: string;
  /** Never a secret: they come by an environment variable. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One resource of the stack for a thing that exists. */
export type AdoptedResource = OfStack &
  (
    | { readonly kind: "module"; readonly path: AdoptedPath }
    | { readonly kind: PluginKind; readonly path?: never }
  );

/** Has the program declare nothing but resources that exist: a list of them as JSON. */
export const adoptVariable = "ROLLOUT_ADOPT";
