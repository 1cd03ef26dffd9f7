package io.resilientstorage.testkit.contract;

/**
 * The contract suite for a durable backend: all of {@link BackendContract}, the scan by change position, and what must
 * survive a restart of the server.
 */
public abstract class DurableBackendContract extends BackendContract implements ChangeScanContract, DurabilityContract {

    /** For subclasses. */
    protected DurableBackendContract() {}
}
