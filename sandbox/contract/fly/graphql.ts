import { z } from "zod";
import { graphqlError } from "../graphql-error.ts";

/**
 * What the API of `/graphql` answers (superfly/fly-go, schema.graphql). An answer has the fields that its query chose, by
 * the names that it chose: so each is optional, others may be there, and those that go by the schema's own name have the
 * schema's type.
 */
const text = z.string();

const organization = z.looseObject({
  id: text.optional(),
  internalNumericId: text.optional(),
  slug: text.optional(),
  name: text.optional(),
  paidPlan: z.boolean().optional(),
});
const release = z.looseObject({
  id: text.optional(),
  version: z.int().optional(),
  description: text.optional(),
  reason: text.optional(),
  status: text.optional(),
  stable: z.boolean().optional(),
  imageRef: text.nullish(),
  createdAt: z.iso.datetime().optional(),
});
const nodes = <Item extends z.ZodType>(item: Item) => z.looseObject({ nodes: z.array(item).optional() });
const app = z.looseObject({
  id: text.optional(),
  internalNumericId: z.int().optional(),
  name: text.optional(),
  hostname: text.nullish(),
  deployed: z.boolean().optional(),
  status: text.optional(),
  platformVersion: text.nullish(),
  organization: organization.optional(),
  releases: nodes(release).optional(),
  currentRelease: release.nullish(),
  currentReleaseUnprocessed: release.nullish(),
  image: z
    .looseObject({
      id: text.optional(),
      digest: text.optional(),
      ref: text.optional(),
      compressedSize: text.optional(),
    })
    .nullish(),
});

export const graphqlAnswer = z.strictObject({
  data: z
    .looseObject({
      app: app.nullish(),
      appcompact: app.nullish(),
      appbasic: app.nullish(),
      apps: nodes(app).optional(),
      organization: organization.nullish(),
      organizations: nodes(organization).optional(),
    })
    .nullish(),
  errors: z.array(graphqlError).optional(),
});

export const graphqlRequest = z.strictObject({
  query: text,
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: text.nullish(),
});
