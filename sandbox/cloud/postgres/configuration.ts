/** Whoever can log in is in here; the sandbox's own superuser too, which only the control plane knows. */
export const hostBasedAuthentication = "host all all 127.0.0.1/32 scram-sha-256\n";

/**
 * The whole postgresql.conf of a cluster, written before each start, so that an older cluster gets today's settings.
 * Sized for many small servers on one laptop. The log is kept at a level from which a point in time can be restored
 * once it is archived; small segments make that cheap.
 */
export function configuration(port: number): string {
  return `listen_addresses = '127.0.0.1'
port = ${port}
# A path for a socket may have 107 bytes at most, fewer than many a home has.
unix_socket_directories = ''
# What is written outlives every kill; only a power cut can lose it, and a sandbox is made anew by a reset. With it
# on, a copy takes three times as long and its start seven times, on a disk that others use.
fsync = off
max_connections = 100
shared_buffers = 16MB
max_worker_processes = 4
max_parallel_workers = 2
io_method = sync
jit = off
password_encryption = scram-sha-256
wal_level = replica
# A copy of the running cluster needs the log since the copy began.
wal_keep_size = 128MB
min_wal_size = 8MB
max_wal_size = 256MB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
`;
}
