/** Whoever can log in is in here; the sandbox's own superuser too, which only the control plane knows. */
export const hostBasedAuthentication = "host all all 127.0.0.1/32 scram-sha-256\n";

/**
 * The complete postgresql.conf of a cluster, written before each start, so that an older cluster gets today's settings.
 * Sized for many small servers on one laptop. `more` is what this start needs in addition: an archive, a recovery.
 */
export function configuration(port: number, more: readonly string[] = []): string {
  return `listen_addresses = '127.0.0.1'
port = ${port}
# A path for a socket may have 107 bytes at most, fewer than many a home has.
unix_socket_directories = ''
# What is written has reached the operating system before it is acknowledged, and outlives every kill -9, of the
# servers, of the sandbox or of both; only a power cut can lose it, and a sandbox is replaced by a reset. With it on,
# a copy takes three times as long and its start seven times, on a disk that others use.
fsync = off
max_connections = 100
shared_buffers = 16MB
# In the cluster's own folder: a killed server would leave its memory behind in the machine's.
dynamic_shared_memory_type = mmap
max_worker_processes = 4
max_parallel_workers = 2
io_method = sync
jit = off
password_encryption = scram-sha-256
wal_level = replica
# A copy of the running cluster needs the log since the copy began; it takes a fraction of a second.
wal_keep_size = 32MB
min_wal_size = 8MB
max_wal_size = 64MB
# The archive holds segments by a second name: a file that is used again would change under it.
wal_recycle = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
${more.map((line) => `${line}\n`).join("")}`;
}

/** Keeps each finished segment of the log in a folder, named relative to the cluster's; nothing is copied. */
export const archiving = (folder: string): readonly string[] => [
  "archive_mode = on",
  `archive_command = 'test -e "${folder}/%f" || ln "%p" "${folder}/%f"'`,
];
