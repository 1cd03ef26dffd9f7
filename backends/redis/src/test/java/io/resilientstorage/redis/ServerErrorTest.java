package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.BackendException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How what servers say is sorted. The messages are those of real servers, of the versions 5 to 8. */
class ServerErrorTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            LOADING Redis is loading the dataset in memory | LOADING | UNAVAILABLE | true
            MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'. | MASTERDOWN | UNAVAILABLE | true
            MASTERDOWN Link with MASTER is down and slave-serve-stale-data is set to 'no'. | MASTERDOWN | UNAVAILABLE | true
            CLUSTERDOWN The cluster is down | CLUSTERDOWN | UNAVAILABLE | true
            CLUSTERDOWN Hash slot not served | CLUSTERDOWN | UNAVAILABLE | true
            MOVED 3999 127.0.0.1:6381 | MOVED | UNAVAILABLE | true
            ASK 3999 127.0.0.1:6381 | ASK | UNAVAILABLE | true
            TRYAGAIN Multiple keys request during rehashing of slot | TRYAGAIN | UNAVAILABLE | true
            BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE. | BUSY | UNAVAILABLE | true
            NOAUTH Authentication required. | NOAUTH | UNAVAILABLE | true
            WRONGPASS invalid username-password pair or user is disabled. | WRONGPASS | UNAVAILABLE | true
            ERR invalid password | ERR | UNAVAILABLE | true
            ERR Client sent AUTH, but no password is set | ERR | UNAVAILABLE | true
            ERR AUTH <password> called without any password configured for the default user. | ERR | UNAVAILABLE | true
            NOPERM this user has no permissions to run the 'evalsha' command or its subcommand | NOPERM | UNAVAILABLE | true
            NOPERM No permissions to access a key | NOPERM | UNAVAILABLE | true
            ERR Error running script (call to f_1): @user_script:90: @user_script: 90: The user executing the script can't run this command or subcommand | ERR | UNAVAILABLE | true
            ERR ACL failure in script: User app has no permissions to run the 'set' command script: 1, on @user_script:90. | ERR | UNAVAILABLE | true
            ERR max number of clients reached | ERR | UNAVAILABLE | true
            ERR max number of clients + cluster connections reached | ERR | UNAVAILABLE | true
            OOM command not allowed when used memory > 'maxmemory'. | OOM | REFUSED | true
            OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:90. | OOM | REFUSED | true
            ERR Error running script (call to f_1): @user_script:90: @user_script: 90: -OOM command not allowed when used memory > 'maxmemory'. | OOM | REFUSED | true
            READONLY You can't write against a read only replica. | READONLY | REFUSED | true
            READONLY You can't write against a read only slave. | READONLY | REFUSED | true
            ERR Error running script (call to f_1): @user_script:90: @user_script: 90: -READONLY You can't write against a read only replica. | READONLY | REFUSED | true
            MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. | MISCONF | REFUSED | true
            ERR Error running script (call to f_1): @user_script:90: @user_script: 90: -MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk. | MISCONF | REFUSED | true
            NOREPLICAS Not enough good replicas to write. | NOREPLICAS | REFUSED | true
            ERR unknown command `EVALSHA`, with args beginning with: `1f2e`, `1`, `rs:ns:0:{00}:key`, | ERR | UNAVAILABLE | false
            ERR Error running script (call to f_1): @user_script:9: user_script:9: attempt to compare nil with number | ERR | UNAVAILABLE | false
            EXECABORT Transaction discarded because of previous errors. | EXECABORT | UNAVAILABLE | false
            """)
    void everyErrorIsSorted(String message, String code, BackendException.Kind kind, boolean outcomeKnown) {
        ServerError error = new ServerError(message);
        BackendException sorted = error.sorted();
        assertThat(error.code()).isEqualTo(code);
        assertThat(sorted.kind()).isEqualTo(kind);
        assertThat(sorted.outcomeKnown()).as("outcome known").isEqualTo(outcomeKnown);
        assertThat(sorted.getMessage()).as("tells no keys").doesNotContain("rs:ns");
    }

    @Test
    void aWrongTypeIsSeenInsideAndOutsideOfScripts() {
        String text = "WRONGTYPE Operation against a key holding the wrong kind of value";
        assertThat(new ServerError(text).isWrongType()).isTrue();
        assertThat(new ServerError("ERR Error running script (call to f_1): @user_script:3: " + text).isWrongType())
                .isTrue();
        assertThat(new ServerError("ERR syntax error").isWrongType()).isFalse();
    }

    @Test
    void aForgottenScriptIsSeen() {
        assertThat(new ServerError("NOSCRIPT No matching script. Please use EVAL.").isUnknownScript())
                .isTrue();
    }

    @Test
    void aLongMessageIsCut() {
        assertThat(new ServerError("ERR " + "x".repeat(5_000)).sorted().getMessage())
                .hasSizeLessThan(400);
    }

    @Test
    void whatFailedInAScriptIsToldWithoutTheScript() {
        assertThat(new ServerError("ERR Error running script (call to f_74fb): @user_script:134: @user_script: 134:"
                                + " -READONLY You can't write against a read only replica.")
                        .sorted()
                        .getMessage())
                .isEqualTo("READONLY You can't write against a read only replica.");
    }
}
