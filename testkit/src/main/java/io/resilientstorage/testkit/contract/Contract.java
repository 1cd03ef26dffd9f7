package io.resilientstorage.testkit.contract;

/** A theme of the suite: its tests are default methods, so that a test class can inherit several. */
public interface Contract {

    /** The backend under test, as the running test sees it. */
    Subject subject();
}
