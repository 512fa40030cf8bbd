/** The health check answers with the digest of the sources, which the rollout gives the build. */
export default { env: { SOURCE_DIGEST: process.env.ROLLOUT_SOURCE_DIGEST ?? "" } };
