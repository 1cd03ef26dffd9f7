package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;

/** The fixture of a {@link MapBackend}. */
class MapFixture implements BackendFixture {

    private final MapBackend backend;

    MapFixture(MapBackend backend) {
        this.backend = backend;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void restartServer() {
        backend.restart();
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) {
        backend.put(
                generation, new VersionedRecord(key, Version.NONE, Content.value(value), VersionedRecord.NEVER), true);
    }

    @Override
    public boolean writeNewerFormat(RecordKey key, int generation) {
        backend.put(
                generation,
                new VersionedRecord(key, Version.NONE, Content.value(new byte[0]), VersionedRecord.NEVER),
                false);
        return true;
    }

    @Override
    public void empty() {
        backend.clear();
    }

    @Override
    public void useUpTokens(String space, int left) {
        backend.useUpTokens(space, left);
    }

    @Override
    public void close() {}
}
