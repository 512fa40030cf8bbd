/** What the real flyctl 0.4.80 asks of the GraphQL API, in its own words. */
export const asked = {
  compact: `query ($appName: String!) { appcompact:app(name: $appName) { id internalNumericId name hostname cnameTarget
    deployed network status appUrl platformVersion organization { id internalNumericId slug paidPlan }
    postgresAppRole: role { name } } }`,
  image: `query ($appName: String!, $imageRef: String!) { app(name: $appName) { id image(ref: $imageRef) { id digest ref
    compressedSize: compressedSizeFull manifest } } }`,
  egress: `query ($appName: String!) { app(name: $appName) { egressIpAddresses { nodes { id ip version region updatedAt } } } }`,
  releases: `query($appName: String!, $limit: Int!) { app(name: $appName) { releases: releasesUnprocessed(first: $limit) {
    nodes { id version description reason status imageRef stable user { id email name } createdAt } } } }`,
  bluegreen: `query ($appName: String!) { canPerformBluegreenDeployment(name: $appName) }`,
  config: `query FlyctlConfigCurrentRelease ($appName: String!) { app(name: $appName) { currentReleaseUnprocessed {
    configDefinition } } }`,
  latestImage: `query LatestImage ($appName: String!) { app(name: $appName) { currentReleaseUnprocessed { id version
    imageRef } } }`,
  latestDetails: `query($image: String!, $flyVersion: String) { latestImageDetails(image: $image, flyVersion: $flyVersion) {
    registry repository tag version digest } }`,
  apps: `query($org: ID, $after: String) { apps(type: "container", first: 200, after: $after, organizationId: $org) {
    pageInfo { hasNextPage endCursor } nodes { id name deployed hostname platformVersion network organization { slug name }
    currentRelease { createdAt status } status } } }`,
  organizations: `query($admin: Boolean!) { organizations(admin: $admin) { nodes { id slug rawSlug name type paidPlan
    billable viewerRole internalNumericId } } }`,
  organization: `query($slug: String!) { organization(slug: $slug) { id internalNumericId slug rawSlug name type billable } }`,
  addOns: `query ListOrganizationAddOns ($orgSlug: String!, $addOnType: AddOnType) { organization(slug: $orgSlug) {
    addOns(type: $addOnType) { nodes { id name } } } }`,
  full: `query ($appName: String!) { app(name: $appName) { id internalNumericId name hostname deployed status version appUrl
    platformVersion currentRelease { evaluationId status inProgress version } config { definition } organization { id slug
    paidPlan } services { description protocol internalPort ports { port handlers } } ipAddresses { nodes { id address type
    createdAt } } sharedIpAddress cnameTarget imageDetails { registry repository tag digest version } machines{ nodes { id
    name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id } } }
    postgresAppRole: role { name } } }`,
};
