package io.resilientstorage.testkit.simulator;

import io.resilientstorage.record.VersionedRecord;

/** Who is told of what becomes of a modelled server's data, in the moment in which it happens. */
interface ServerWitness {

    /** Somebody who does not care. */
    ServerWitness NOBODY = new ServerWitness() {
        @Override
        public void stored(ModelServer server, VersionedRecord record) {}

        @Override
        public void lost(ModelServer server, ServerState before, boolean running) {}
    };

    /** A record was stored. */
    void stored(ModelServer server, VersionedRecord record);

    /**
     * The server holds something else now than it did.
     *
     * @param running whether it went on running meanwhile, so that its incarnation does not tell
     */
    void lost(ModelServer server, ServerState before, boolean running);
}
