import type { CloudAccess } from "../dynamic/cloud-access.ts";
import { watchedFetch } from "../shared/cloud-calls.ts";
import { jsonApi } from "../shared/json-api.ts";

interface Answer {
  readonly data?: { readonly app?: { readonly image?: { readonly digest: string } | null } | null } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
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
  const graphql = jsonApi("fly", { baseUrl: access.graphqlUrl, token: access.token }, watchedFetch("fly"));
  const { data, errors = [] } = await graphql<Answer>({
    method: "POST",
    path: "/graphql",
    body: { query, variables: { appName: app, imageRef: reference } },
    repeatable: true,
  });
  const fault = errors.find(({ extensions }) => extensions?.code !== "NOT_FOUND");
  if (fault) throw new Error(`fly did not say whether ${reference} is in its registry: ${fault.message}`);
  return data?.app?.image?.digest;
}
