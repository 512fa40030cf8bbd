/**
 * The part of Railway's public schema that a rollout uses: names and types as its introspection gives them (railwayapp/cli,
 * src/gql/schema.json). A field that a client asks for and that is not here is refused.
 */
export const schemaText = /* GraphQL */ `
  scalar DateTime
  scalar DeploymentMeta
  scalar EnvironmentVariables
  scalar JSON
  scalar ServiceInstanceLimit

  enum DeploymentStatus {
    BUILDING
    CRASHED
    DEPLOYING
    FAILED
    INITIALIZING
    NEEDS_APPROVAL
    QUEUED
    REMOVED
    REMOVING
    SKIPPED
    SLEEPING
    SUCCESS
    WAITING
  }

  enum DeploymentInstanceStatus {
    CRASHED
    CREATED
    EXITED
    INITIALIZING
    REMOVED
    REMOVING
    RESTARTING
    RUNNING
    SKIPPED
    STOPPED
  }

  enum RestartPolicyType {
    ALWAYS
    NEVER
    ON_FAILURE
  }

  input RegistryCredentialsInput {
    password: String!
    username: String!
  }

  input ServiceSourceInput {
    image: String
    repo: String
  }

  input ServiceCreateInput {
    environmentId: String
    name: String
    projectId: String!
    registryCredentials: RegistryCredentialsInput
    source: ServiceSourceInput
    variables: EnvironmentVariables
  }

  input ServiceInstanceUpdateInput {
    drainingSeconds: Int
    healthcheckPath: String
    healthcheckTimeout: Int
    multiRegionConfig: JSON
    numReplicas: Int
    overlapSeconds: Int
    region: String
    registryCredentials: RegistryCredentialsInput
    restartPolicyMaxRetries: Int
    restartPolicyType: RestartPolicyType
    source: ServiceSourceInput
    startCommand: String
  }

  input ServiceInstanceLimitsUpdateInput {
    environmentId: String!
    memoryGB: Float
    serviceId: String!
    vCPUs: Float
  }

  input VariableCollectionUpsertInput {
    environmentId: String!
    projectId: String!
    replace: Boolean = false
    serviceId: String
    skipDeploys: Boolean = false
    variables: EnvironmentVariables!
  }

  type Environment {
    id: ID!
    name: String!
    projectId: String!
  }

  type Service {
    createdAt: DateTime!
    deletedAt: DateTime
    id: ID!
    name: String!
    projectId: String!
  }

  type ProjectServicesConnectionEdge {
    node: Service!
  }

  type ProjectServicesConnection {
    edges: [ProjectServicesConnectionEdge!]!
  }

  type Project {
    id: ID!
    name: String!
    services(first: Int): ProjectServicesConnection!
  }

  type ServiceSource {
    image: String
    repo: String
  }

  type DeploymentDeploymentInstance {
    id: String!
    status: DeploymentInstanceStatus!
  }

  type Deployment {
    createdAt: DateTime!
    deploymentStopped: Boolean!
    environmentId: String!
    id: ID!
    instances: [DeploymentDeploymentInstance!]!
    meta: DeploymentMeta
    projectId: String!
    serviceId: String
    status: DeploymentStatus!
    statusUpdatedAt: DateTime
  }

  type ServiceInstance {
    activeDeployments: [Deployment!]!
    drainingSeconds: Int
    environmentId: String!
    healthcheckPath: String
    healthcheckTimeout: Int
    id: ID!
    latestDeployment: Deployment
    numReplicas: Int
    overlapSeconds: Int
    region: String
    restartPolicyMaxRetries: Int!
    restartPolicyType: RestartPolicyType!
    serviceId: String!
    serviceName: String!
    source: ServiceSource
    startCommand: String
  }

  type LogAttribute {
    key: String!
    value: String!
  }

  type LogTags {
    deploymentId: String
    deploymentInstanceId: String
    serviceId: String
  }

  type Log {
    attributes: [LogAttribute!]!
    message: String!
    severity: String
    tags: LogTags
    timestamp: String!
  }

  type Query {
    deployment(id: String!): Deployment!
    deploymentLogs(
      deploymentId: String!
      endDate: DateTime
      filter: String
      limit: Int
      startDate: DateTime
    ): [Log!]!
    environment(id: String!, projectId: String): Environment!
    project(id: String!): Project!
    service(id: String!): Service!
    serviceInstance(environmentId: String!, serviceId: String!): ServiceInstance!
    serviceInstanceLimitOverride(environmentId: String!, serviceId: String!): ServiceInstanceLimit
    variables(
      environmentId: String!
      projectId: String!
      serviceId: String
      unrendered: Boolean
    ): EnvironmentVariables!
  }

  type Mutation {
    deploymentRemove(id: String!): Boolean!
    serviceCreate(input: ServiceCreateInput!): Service!
    serviceDelete(environmentId: String, id: String!): Boolean!
    serviceInstanceLimitsUpdate(input: ServiceInstanceLimitsUpdateInput!): Boolean!
    serviceInstanceDeployV2(commitSha: String, environmentId: String!, serviceId: String!): String!
    serviceInstanceUpdate(
      environmentId: String
      input: ServiceInstanceUpdateInput!
      serviceId: String!
    ): Boolean!
    variableCollectionUpsert(input: VariableCollectionUpsertInput!): Boolean!
  }
`;
