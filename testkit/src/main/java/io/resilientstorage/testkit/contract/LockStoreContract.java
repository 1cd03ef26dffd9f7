package io.resilientstorage.testkit.contract;

/**
 * All about locks, for a backend with {@code locks()}. The fixture must be able to
 * {@linkplain BackendFixture#useUpTokens use up tokens}. One that tells of releases adds {@link ReleaseWatchContract}.
 */
public interface LockStoreContract extends LockContract, LockAuthorityContract, LockCopyContract, LockFuzzContract {}
