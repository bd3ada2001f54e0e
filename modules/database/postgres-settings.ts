/** For a machine of two cores that does other things besides. Measured: 36 MB (PSS) at rest after the start, 136 MB
 *  with 25 connections at work, 73 MB a minute later. */
export function serverSettings(): Record<string, string> {
  return {
    listen_addresses: "", // By socket only: no port to find, to collide on or to guard.
    unix_socket_permissions: "0700",
    max_connections: "100", // The pools of all roles in one process take some sixty.
    superuser_reserved_connections: "0", // The superuser has no way in.
    max_logical_replication_workers: "0",
    shared_buffers: "96MB",
    work_mem: "8MB",
    maintenance_work_mem: "64MB",
    max_wal_size: "1GB",
    min_wal_size: "128MB",
    io_method: "sync", // Spares three idle processes.
    max_parallel_workers_per_gather: "0", // Two cores have better to do.
    jit: "off",
    autovacuum_naptime: "5s", // The job table turns over fast, and what is known of young tables is wrong.
    log_min_messages: "fatal",
    log_checkpoints: "off",
    log_timezone: "UTC",
    timezone: "UTC",
  };
}
