package io.resilientstorage.memory;

import io.resilientstorage.record.RecordKey;

/** Where a record stands: a key in its generation. */
record Slot(int generation, RecordKey key) {}
