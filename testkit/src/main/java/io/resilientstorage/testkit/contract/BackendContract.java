package io.resilientstorage.testkit.contract;

/**
 * The contract suite. A backend proves that it can be trusted by a test class that inherits all of these tests, and
 * runs them on the real server:
 *
 * <pre>{@code
 * class MyBackendContractTest extends BackendContract {
 *     @Override
 *     protected BackendFixture fixture() throws Exception {
 *         MyServer server = MyServer.start();                      // once for the class, port 0
 *         return new BackendFixture() {
 *             public Backend backend() {
 *                 return new MyBackend(server.address());          // not opened: the suite does that
 *             }
 *             public void restartServer() throws Exception {
 *                 server.restart();                                // same address
 *             }
 *             public void writeForeign(RecordKey key, int generation, byte[] value) {
 *                 server.put(MyBackend.physicalKey(key, generation), value);
 *             }
 *             public boolean writeNewerFormat(RecordKey key, int generation) {
 *                 server.put(MyBackend.physicalKey(key, generation), MyFormat.LATEST_PLUS_ONE);
 *                 return true;
 *             }
 *             public void close() throws Exception {
 *                 server.stop();
 *             }
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p>Which class to extend:
 *
 * <ul>
 *   <li>{@link MinimalBackendContract}: {@code read}, {@code apply} and {@code probe}. Add the themes of what the
 *       backend declares beyond that, as in {@code extends MinimalBackendContract implements ScanContract}.
 *   <li>{@link BackendContract}: conditions, hints and scan by prefix as well.
 *   <li>{@link DurableBackendContract}: also the scan by change position, and surviving a restart.
 *   <li>{@link SentinelContract} beside any of them, for a backend that keeps a sentinel.
 *   <li>{@link LockStoreContract} beside any of them, for a backend that keeps locks.
 * </ul>
 *
 * <p>What to know:
 *
 * <ul>
 *   <li>There is one fixture and one opened backend for each class. Each test has a random namespace and random names
 *       for hint targets of its own, so tests may run in any order and nothing need be cleaned between them.
 *   <li>Time is judged by the backend's clock, as its probe tells it, to within
 *       {@link ExpiryContract#TOLERANCE_MILLIS}. A backend without a clock has to use the reference clock of its
 *       context. Tests step the wall clock of the {@link io.resilientstorage.testkit.SteppedTime} that the backend was
 *       opened with; nothing may come of that.
 *   <li>{@link FuzzContract} prints the seed of a random run that failed.
 *   <li>JUnit 6, AssertJ and Awaitility come with the testkit. The class path is enough; Surefire needs
 *       {@code useModulePath=false}.
 * </ul>
 */
public abstract class BackendContract extends MinimalBackendContract
        implements ConditionContract, HintContract, HintDeliveryContract, HintRaceContract, ScanContract {

    /** For subclasses. */
    protected BackendContract() {}
}
