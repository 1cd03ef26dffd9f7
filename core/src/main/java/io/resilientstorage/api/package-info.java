/** What a user of the library sees: storage, results, receipts, events, states and exceptions. */
@NullMarked
package io.resilientstorage.api;

import org.jspecify.annotations.NullMarked;
