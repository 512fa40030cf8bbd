import type { CloudAccess } from "../shared/cloud-access.ts";
import { jsonApi } from "../shared/json-api.ts";
import { waitUntil } from "../shared/wait-until.ts";

interface Fault {
  readonly message: string;
  readonly extensions?: { readonly code?: string };
}

interface Answer {
  readonly data?: { readonly app?: { readonly image?: { readonly digest: string } | null } | null } | null;
  readonly errors?: readonly Fault[];
}

/** The query by which flyctl finds an image (superfly/fly-go, resource_images.go: ResolveImageForApp). */
const query =
  "query ($appName: String!, $imageRef: String!) { app(name: $appName) { id image(ref: $imageRef) { id digest ref } } }";

/** The digest of the image that Fly's registry has under this reference; none when it has none. */
export async function imageDigest(
  access: CloudAccess["fly"],
  app: string,
  reference: string,
): Promise<string | undefined> {
  const graphql = jsonApi("fly", { baseUrl: access.graphqlUrl, token: access.token });
  const { data, errors = [] } = await graphql<Answer>({
    method: "POST",
    path: "/graphql",
    body: { query, variables: { appName: app, imageRef: reference } },
    repeatable: true,
  });
  const fault = errors.find((each) => !isNotFound(each));
  if (fault) throw new Error(`fly did not report whether ${reference} is in its registry: ${fault.message}`);
  return data?.app?.image?.digest;
}

/** flyctl itself reads the words alone (superfly/flyctl, internal/build/imgsrc/resolver.go). */
function isNotFound({ message, extensions }: Fault): boolean {
  return extensions?.code === "NOT_FOUND" || /could not find image/i.test(message);
}

/**
 * The digest of an image that was just pushed. Fly may show it up to a minute later (superfly/flyctl#4595).
 *
 * @throws Error when the registry does not show it within the limit.
 */
export function pushedImageDigest(
  access: CloudAccess["fly"],
  app: string,
  reference: string,
  limits: { readonly limitMilliseconds: number; readonly signal: AbortSignal },
): Promise<string> {
  return waitUntil(
    { what: `Fly's registry to show ${reference}, which flyctl built and pushed`, ...limits },
    async () => {
      const seen = await imageDigest(access, app, reference);
      return seen === undefined ? { pending: "the registry does not have it" } : { done: seen };
    },
  );
}
