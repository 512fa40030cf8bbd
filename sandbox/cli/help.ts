/** What `bin/sandbox --help` prints. */
export const helpText = `bin/sandbox CMD…  runs CMD against the clouds on this machine instead of the real ones

The first use sets the machine up (packages, the Pulumi engine) and starts the clouds: Neon, Fly.io, Vercel, GitHub
and an AI endpoint, on loopback, with a real PostgreSQL. They go on running until \`bin/sandbox stop\`.

  bin/sandbox pulumi up --stack staging     roll staging out
  bin/sandbox pulumi preview --stack staging
  bin/sandbox flyctl status --app atlaris-worker-staging
  bin/sandbox status                        what runs, where, which release
  bin/sandbox logs atlaris-worker-staging -f

Commands of its own (a program of the same name is run by \`bin/sandbox -- NAME…\`):
  status [--json]             what runs, which plugins are stand-ins, calls that no stand-in knew,
                              faults that were set
  logs [APP] [-f]             what an application printed; -f goes on. Without APP, the names there are
  ci [--run | --pass | --fail | --none]
                              what GitHub says about CI of the checked-out commit; nothing told: green. --run runs
                              the steps of .github/workflows/ci.yml and tells how they ended
  faults [add | profile | clear]
                              makes calls to the clouds fail or wait, such as: bin/sandbox faults add --cloud fly
                              --method POST --path '/v1/apps/*/machines' --kind lost-after --times 1
  shell                       a shell in which every command meets the sandbox
  stop                        stops the clouds; everything is there at the next start
  reset                       stops them and deletes what they hold, and the stacks' states
  --version, --help

Environment:
  SANDBOX_HOME    where a sandbox lives (default .sandbox in the checkout); several run side by side
  ATLARIS_CACHE   where the Pulumi engine is kept (default ~/.cache/atlaris-rollout)

Exit status: CMD's own. Of the sandbox itself: 1 something failed, 2 wrong use or set-up.
`;
